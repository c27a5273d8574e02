package dev.orrery.scheduler.engine.agreement;

import java.util.List;
import java.util.Optional;

/** The protocol http on a free port of the loopback interface. */
public final class LoopbackProtocolConfig implements ProtocolConfig {
  private final Optional<String> advertisedAddress;

  public LoopbackProtocolConfig() {
    this(Optional.empty());
  }

  LoopbackProtocolConfig(Optional<String> advertisedAddress) {
    this.advertisedAddress = advertisedAddress;
  }

  @Override
  public String active() {
    return "http";
  }

  @Override
  public Optional<String> main() {
    return Optional.empty();
  }

  @Override
  public Http http() {
    return new LoopbackHttp(0, "127.0.0.1", advertisedAddress);
  }

  private record LoopbackHttp(int port, String host, Optional<String> advertisedAddress)
      implements Http {}

  @Override
  public Akka akka() {
    return new LoopbackAkka(0, "127.0.0.1", Optional.empty(), Optional.empty(), Optional.empty());
  }

  private record LoopbackAkka(
      int port,
      String host,
      Optional<String> advertisedHost,
      Optional<List<String>> allowedNetworks,
      Optional<String> tls)
      implements Akka {}
}
