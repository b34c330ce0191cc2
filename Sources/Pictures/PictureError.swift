import Files

/// What went wrong with a picture file.
public typealias PictureError = FileError
