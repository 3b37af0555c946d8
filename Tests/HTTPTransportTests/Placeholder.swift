// HTTPTransport tests
