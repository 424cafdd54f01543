import CCurl

/// Owns one libcurl easy handle, and with it the connection that it keeps open. Not safe to use from two threads at once.
final class CurlHandle {
  private let handle: OpaquePointer
  private static let isReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

  init?() {
    guard Self.isReady, let handle = curl_easy_init() else { return nil }
    self.handle = OpaquePointer(handle)
  }

  deinit { curl_easy_cleanup(pointer) }

  private var pointer: UnsafeMutableRawPointer { UnsafeMutableRawPointer(handle) }

  /// Runs one exchange to its end on the calling thread; the body goes piece by piece to `receive`, which ends the
  /// exchange by returning false.
  func perform(
    _ request: HTTPRequest, limits: HTTPLimits, abandonment: Abandonment? = nil,
    receive: (UnsafeRawBufferPointer) -> Bool
  ) -> Result<Int, TransportFailure> {
    curl_easy_reset(pointer)
    setOptions(limits, isRepeatable: request.isRepeatable)
    // libcurl asks at least once a second whether it is to go on, also when nothing comes.
    defer { withExtendedLifetime(abandonment) {} }
    if let abandonment {
      _ = fedow_curl_set_long(pointer, CURLOPT_NOPROGRESS, 0)
      _ = fedow_curl_set_pointer(pointer, CURLOPT_XFERINFODATA, Unmanaged.passUnretained(abandonment).toOpaque())
      _ = fedow_curl_set_progress(pointer, CURLOPT_XFERINFOFUNCTION) { context, _, _, _, _ in
        guard let context else { return 0 }
        return Unmanaged<Abandonment>.fromOpaque(context).takeUnretainedValue().isAsked ? 1 : 0
      }
    }
    var headers: UnsafeMutablePointer<curl_slist>?
    defer { curl_slist_free_all(headers) }
    // libcurl would otherwise wait a second for "100 Continue" before it sends a longer body.
    for header in request.headers + ["Expect:"] {
      guard let longer = curl_slist_append(headers, header) else { return .failure(.notSent("out of memory")) }
      headers = longer
    }
    _ = fedow_curl_set_pointer(pointer, CURLOPT_HTTPHEADER, headers)
    _ = fedow_curl_set_string(pointer, CURLOPT_URL, request.url)
    _ = fedow_curl_set_string(pointer, CURLOPT_CUSTOMREQUEST, request.method)
    return withoutActuallyEscaping(receive) { receive in
      let sink = BodySink(receive: receive)
      return withExtendedLifetime(sink) {
        _ = fedow_curl_set_pointer(pointer, CURLOPT_WRITEDATA, Unmanaged.passUnretained(sink).toOpaque())
        _ = fedow_curl_set_function(pointer, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
          guard let bytes, let context else { return 0 }
          let piece = UnsafeRawBufferPointer(start: bytes, count: size * count)
          return Unmanaged<BodySink>.fromOpaque(context).takeUnretainedValue().receive(piece) ? size * count : 0
        }
        return run(body: request.body)
      }
    }
  }

  private func setOptions(_ limits: HTTPLimits, isRepeatable: Bool) {
    let longs: [(CURLoption, Int)] = [
      (CURLOPT_NOSIGNAL, 1),
      (CURLOPT_TCP_NODELAY, 1),
      (CURLOPT_TCP_KEEPALIVE, 1),
      (CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1)),
      (CURLOPT_CONNECTTIMEOUT_MS, limits.connectMilliseconds),
      (CURLOPT_TIMEOUT_MS, limits.totalMilliseconds),
      (CURLOPT_FRESH_CONNECT, isRepeatable ? 0 : 1),
    ]
    for (option, value) in longs { _ = fedow_curl_set_long(pointer, option, value) }
    _ = fedow_curl_set_string(pointer, CURLOPT_PROTOCOLS_STR, "http,https")
    _ = fedow_curl_set_string(pointer, CURLOPT_NOPROXY, "localhost,127.0.0.1,::1")
    _ = fedow_curl_set_string(pointer, CURLOPT_USERAGENT, "fedow-tap")
  }

  private func run(body: [UInt8]?) -> Result<Int, TransportFailure> {
    let code: CURLcode
    if let body {
      code = body.withUnsafeBytes { bytes in
        _ = fedow_curl_set_long(pointer, CURLOPT_POSTFIELDSIZE, bytes.count)
        // Not copied by libcurl, so it has to live until the exchange has ended.
        _ = fedow_curl_set_pointer(
          pointer, CURLOPT_POSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress ?? UnsafeRawPointer(handle)))
        return curl_easy_perform(pointer)
      }
    } else {
      code = curl_easy_perform(pointer)
    }
    guard code == CURLE_OK else { return .failure(failure(code)) }
    var status = 0
    _ = fedow_curl_get_long(pointer, CURLINFO_RESPONSE_CODE, &status)
    return .success(status)
  }

  private func failure(_ code: CURLcode) -> TransportFailure {
    let reason = String(cString: curl_easy_strerror(code))
    switch code {
    case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_RESOLVE_PROXY, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR,
      CURLE_PEER_FAILED_VERIFICATION, CURLE_URL_MALFORMAT, CURLE_UNSUPPORTED_PROTOCOL, CURLE_OPERATION_TIMEDOUT:
      // Zero until the connection stands and the request is about to leave. Also of an answer that is not HTTP libcurl
      // says that its protocol is unsupported.
      var microseconds: curl_off_t = 0
      _ = fedow_curl_get_offset(pointer, CURLINFO_PRETRANSFER_TIME_T, &microseconds)
      return microseconds == 0 ? .notSent(reason) : .uncertain(reason)
    default:
      return .uncertain(reason)
    }
  }
}

private final class BodySink {
  let receive: (UnsafeRawBufferPointer) -> Bool

  init(receive: @escaping (UnsafeRawBufferPointer) -> Bool) { self.receive = receive }
}
