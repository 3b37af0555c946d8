// DataSources tests
