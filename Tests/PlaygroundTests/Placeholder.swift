// Playground tests
