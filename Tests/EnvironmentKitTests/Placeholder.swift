// Tests of EnvironmentKit.
