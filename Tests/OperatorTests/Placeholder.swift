// Operator tests
