extension Tensor {
  /// The same elements in the same order under another shape; nothing is copied.
  ///
  /// - Precondition: both shapes have as many elements.
  public func reshaped(to shape: [Int]) -> Tensor {
    precondition(
      shape.reduce(1, *) == count,
      "reshaped: shape \(self.shape) to \(shape); the numbers of elements must agree")
    return Tensor(shape: shape, sharing: storage).recorded(from: self) { gradient, tape in
      tape.add(Tensor(shape: self.shape, sharing: gradient.storage), to: self)
    }
  }

  /// The places `range` of one axis.
  public func sliced(axis: Int, _ range: Range<Int>) -> Tensor {
    let parts = split(at: axis, "sliced")
    precondition(
      range.lowerBound >= 0 && range.upperBound <= parts.length,
      "sliced: places \(range) of axis \(axis) of shape \(shape); give places below \(parts.length)"
    )
    var size = shape
    size[axis] = range.count
    let result = Tensor(uninitialized: size)
    copyBlocks(parts, from: range.lowerBound, to: result, at: 0, places: range.count)
    return result.recorded(from: self) { gradient, tape in
      tape.add(gradient.padded(parts, shape: self.shape, at: range.lowerBound), to: self)
    }
  }

  /// Tensors one after the other along an axis.
  ///
  /// - Precondition: at least one tensor is given; all other sizes agree.
  public static func concatenated(_ tensors: [Tensor], axis: Int) -> Tensor {
    precondition(!tensors.isEmpty, "concatenated: no tensors; give one or more")
    let first = tensors[0].split(at: axis, "concatenated")
    var size = tensors[0].shape
    size[axis] = 0
    for tensor in tensors {
      precondition(
        tensor.split(at: axis, "concatenated").remaining == first.remaining,
        "concatenated: shapes \(tensors[0].shape) and \(tensor.shape) along axis \(axis); the other sizes must agree"
      )
      size[axis] += tensor.shape[axis]
    }
    var result = Tensor(uninitialized: size)
    var start = 0
    for tensor in tensors {
      let parts = tensor.split(at: axis, "concatenated")
      tensor.copyBlocks(parts, from: 0, to: result, at: start, places: parts.length)
      let (from, length) = (start, parts.length)
      start += length
      result = result.joined(with: tensor, axis: axis, from..<(from + length))
    }
    return result
  }

  /// Rows picked by their indices; a row picked twice receives both gradients.
  ///
  /// - Returns: `[indices.count, …]` for a tensor of `[rows, …]`.
  public func gathered(rows indices: [Int]) -> Tensor {
    let parts = split(at: 0, "gathered")
    let result = Tensor(uninitialized: [indices.count] + parts.remaining)
    for (place, index) in indices.enumerated() {
      precondition(
        index >= 0 && index < parts.length,
        "gathered: row \(index) of shape \(shape); give rows below \(parts.length)")
      (result.mutablePointer + place * parts.inner)
        .update(from: pointer + index * parts.inner, count: parts.inner)
    }
    return result.recorded(from: self) { gradient, tape in
      tape.add(gradient.scattered(indices, parts, shape: self.shape), to: self)
    }
  }

  private func scattered(_ indices: [Int], _ parts: AxisSplit, shape: [Int]) -> Tensor {
    let result = Tensor(repeating: 0, shape: shape)
    for (place, index) in indices.enumerated() {
      let (from, to) = (pointer + place * parts.inner, result.mutablePointer + index * parts.inner)
      for element in 0..<parts.inner { to[element] += from[element] }
    }
    return result
  }

  private func joined(with part: Tensor, axis: Int, _ range: Range<Int>) -> Tensor {
    guard let tape = part.watch?.tape, tape.isRecording else { return self }
    let whole = self
    return tape.record(self) { gradient, tape in
      tape.add(gradient.sliced(axis: axis, range), to: part)
      tape.add(gradient, to: whole)
    }
  }

  private func padded(_ parts: AxisSplit, shape: [Int], at start: Int) -> Tensor {
    let result = Tensor(repeating: 0, shape: shape)
    let length = count / max(1, parts.outer * parts.inner)
    for outer in 0..<parts.outer {
      (result.mutablePointer + (outer * parts.length + start) * parts.inner)
        .update(from: pointer + outer * length * parts.inner, count: length * parts.inner)
    }
    return result
  }

  private func copyBlocks(
    _ parts: AxisSplit, from first: Int, to result: Tensor, at start: Int, places: Int
  ) {
    let width = result.count / max(1, parts.outer)
    for outer in 0..<parts.outer {
      (result.mutablePointer + outer * width + start * parts.inner)
        .update(
          from: pointer + (outer * parts.length + first) * parts.inner,
          count: places * parts.inner)
    }
  }
}

extension Tensor {
  /// The axes in another order: axis `i` of the result is axis `order[i]` of this tensor.
  ///
  /// - Precondition: `order` names every axis once.
  public func transposed(_ order: [Int]) -> Tensor {
    precondition(
      order.sorted() == Array(shape.indices),
      "transposed: order \(order) for shape \(shape); name every axis once")
    var back = order
    for (place, axis) in order.enumerated() { back[axis] = place }
    return permuted(order).recorded(from: self) { gradient, tape in
      tape.add(gradient.permuted(back), to: self)
    }
  }

  private func permuted(_ order: [Int]) -> Tensor {
    var strides = [Int](repeating: 1, count: shape.count)
    for axis in shape.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * shape[axis + 1]
    }
    let sizes = order.map { shape[$0] }
    let steps = order.map { strides[$0] }
    return Tensor(shape: sizes) { buffer in
      var place = [Int](repeating: 0, count: sizes.count)
      var offset = 0
      for index in buffer.indices {
        buffer[index] = pointer[offset]
        for axis in sizes.indices.reversed() {
          place[axis] += 1
          offset += steps[axis]
          if place[axis] < sizes[axis] { break }
          offset -= steps[axis] * sizes[axis]
          place[axis] = 0
        }
      }
    }
  }
}

extension Tensor {
  /// The first rows of the first axis, followed by zeros where more are asked than there are.
  package func resized(rows: Int) -> Tensor {
    precondition(!shape.isEmpty, "resized(rows:): a scalar has no rows")
    if rows == shape[0] { return self }
    if rows < shape[0] { return sliced(axis: 0, 0..<rows) }
    let parts = split(at: 0, "resized(rows:)")
    return padded(
      AxisSplit(outer: 1, length: rows, inner: parts.inner, remaining: parts.remaining),
      shape: [rows] + parts.remaining, at: 0)
  }
}
