// Playground: see designs/0001-architecture.md
