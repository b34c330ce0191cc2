// OneDNN: see the import table in Package.swift.
