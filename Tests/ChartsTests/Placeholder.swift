// Charts tests
