// Tests of Environments.
