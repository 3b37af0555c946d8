// Presage tests
