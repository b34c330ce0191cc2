// Tests of WorldModels.
