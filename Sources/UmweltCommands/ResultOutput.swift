import Files
import Synchronization

/// The first failure to print a result.
private let failure = Mutex<FileError?>(nil)

/// Prints a result at once, in the place of Swift's own `print`, which loses what cannot be written.
///
/// The command goes on; in the end the program says what failed and exits with 1.
func print(_ text: String, terminator: String = "\n") {
  failure.withLock { failure in
    guard failure == nil else { return }
    do throws(FileError) {
      try StandardStream.output.write(text + terminator)
    } catch {
      failure = error
    }
  }
}

/// Prints lines whose contents lie in files as well: whoever closed standard output wants them there only.
func printKept(_ lines: [String]) {
  guard !StandardStream.outputWasClosed else { return }
  for line in lines { print(line) }
}

/// Throws where a result could not be printed.
func checkResultsWerePrinted() throws(FileError) {
  if let failure = failure.withLock({ $0 }) { throw failure }
}
