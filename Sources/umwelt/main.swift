import UmweltCommands

UmweltProgram.main()
