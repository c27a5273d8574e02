package dev.orrery.scheduler.http.security;

import io.netty.util.NetUtil;
import io.vertx.core.http.HttpServerRequest;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** Checks whether a request comes from a program on this machine. */
public final class LocalCaller {
  /** Headers that proxies add; the sender of such a request may be anywhere. */
  private static final List<String> OF_PROXIES =
      List.of("Forwarded", "X-Forwarded-For", "X-Real-IP", "Via");

  private LocalCaller() {}

  /** Returns true if the request came over the loopback interface, and not through a proxy. */
  public static boolean made(HttpServerRequest request) {
    return isLoopback(request.remoteAddress().hostAddress()) && !isForwarded(request);
  }

  /** Returns true if a proxy says that it forwards the request of another caller. */
  public static boolean isForwarded(HttpServerRequest request) {
    return OF_PROXIES.stream().anyMatch(request.headers()::contains);
  }

  public static boolean isLoopback(String address) {
    byte[] bytes = address == null ? null : NetUtil.createByteArrayFromIpAddressString(address);
    try {
      return bytes != null && InetAddress.getByAddress(bytes).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
