import COneDNN

/// The oneDNN that the program is linked with.
package enum OneDNNLibrary {
  /// Its version, such as `2.6.3`.
  package static var version: String {
    guard let version = dnnl_version()?.pointee else { return "of unknown version" }
    return "\(version.major).\(version.minor).\(version.patch)"
  }

  /// The widest instructions that it uses on this processor: its bits depend on them.
  package static var instructions: String {
    let isa = dnnl_get_effective_cpu_isa()
    return switch isa {
    case dnnl_cpu_isa_sse41: "sse4.1"
    case dnnl_cpu_isa_avx: "avx"
    case dnnl_cpu_isa_avx2: "avx2"
    case dnnl_cpu_isa_avx512_core: "avx512"
    case dnnl_cpu_isa_avx512_core_vnni: "avx512 vnni"
    case dnnl_cpu_isa_avx512_core_bf16: "avx512 bf16"
    case dnnl_cpu_isa_avx512_core_amx: "avx512 amx"
    default: "set \(String(isa.rawValue, radix: 16))"
    }
  }
}
