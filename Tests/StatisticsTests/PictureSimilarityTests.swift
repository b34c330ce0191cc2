import Foundation
import Statistics
import Testing

@Suite("Likeness of pictures")
struct PictureSimilarityTests {
  private let shape = [24, 20, 3]
  private let first = (0..<24 * 20 * 3).map { UInt8($0 * 7919 % 251) }

  private var second: [UInt8] {
    first.enumerated().map { place, byte in UInt8(min(255, Int(byte) * 3 / 4 + place % 17)) }
  }

  @Test("PSNR is −10 log₁₀ of the mean squared error")
  func peak() {
    #expect(abs(PictureSimilarity.peakSignalToNoise([0, 0], [51, 0]) - 10 * log10(50)) < 1e-9)
    #expect(PictureSimilarity.peakSignalToNoise([3, 4], [3, 4]) == .infinity)
    #expect(abs(PictureSimilarity.peakSignalToNoise(first, second) - 18.526898615017387) < 1e-9)
  }

  @Test("SSIM is SciPy's by the definition, symmetric, and 1 of equal pictures")
  func structure() {
    let similarity = StructuralSimilarity(shape: shape)
    #expect(abs(similarity.of(first, second) - 0.9373079969782386) < 1e-9)
    #expect(abs(similarity.of(second, first) - similarity.of(first, second)) < 1e-12)
    #expect(abs(similarity.of(first, first) - 1) < 1e-12)
  }

  @Test("of flat pictures SSIM is that of their brightness; small ones have a smaller window")
  func flat() {
    let (dark, bright) = ([UInt8](repeating: 51, count: 64), [UInt8](repeating: 204, count: 64))
    let expected = (2 * 0.2 * 0.8 + 1e-4) / (0.04 + 0.64 + 1e-4)
    #expect(abs(StructuralSimilarity(shape: [8, 8, 1]).of(dark, bright) - expected) < 1e-9)
  }
}
