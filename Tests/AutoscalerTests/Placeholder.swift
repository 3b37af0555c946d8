// Autoscaler tests
