// ForecastEngine tests
