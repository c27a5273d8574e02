package dev.orrery.scheduler.edge.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ReplicaAddressTest {

  @ParameterizedTest
  @CsvSource({
    "10.0.0.7, 10.0.0.7, 10020, 10.0.0.7:10020",
    "10.0.0.7:99, 10.0.0.7, 99, 10.0.0.7:99",
    "' orrery-0.orrery ', orrery-0.orrery, 10020, orrery-0.orrery:10020",
    "[2001:db8::7], 2001:db8::7, 10020, [2001:db8::7]:10020",
    "[2001:db8::7]:99, 2001:db8::7, 99, [2001:db8::7]:99",
    "10.0.0.7:1, 10.0.0.7, 1, 10.0.0.7:1",
    "10.0.0.7:65535, 10.0.0.7, 65535, 10.0.0.7:65535",
  })
  void parsesHostWithOrWithoutPort(String text, String host, int port, String written) {
    ReplicaAddress address = ReplicaAddress.ofSetting(text, 10020);

    assertThat(address).isEqualTo(new ReplicaAddress(host, port));
    assertThat(address).hasToString(written);
    assertThat(ReplicaAddress.parse(written)).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://10.0.0.7",
        "10.0.0.7/x",
        "user@10.0.0.7",
        "10.0.0.7:0",
        "10.0.0.7:65536",
        "10.0.0.7:70000",
        "10.0.0.7:port",
        "two words",
        "2001:db8::7",
        "?"
      })
  void refusesInvalidHostAndNamesTheSetting(String text) {
    assertThatThrownBy(() -> ReplicaAddress.ofSetting(text, 10020))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.cluster.advertised-address is '" + text + "'")
        .hasMessageContaining("10.0.0.7:10020");
  }

  @Test
  void namesInvalidHostName() {
    assertThatThrownBy(() -> ReplicaAddress.ofSetting("my_replica:10020", 10020))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("'my_replica' is not a host name");
  }

  @Test
  void usesBoundHostUnlessWildcardAddress() {
    assertThat(ReplicaAddress.ofBound("127.0.0.1", 7)).hasToString("127.0.0.1:7");
    assertThat(ReplicaAddress.ofBound("fd00::7", 7)).hasToString("[fd00::7]:7");
    String likely = ReplicaAddress.mostLikely(ReplicaAddress.ofThisMachine());
    assertThat(ReplicaAddress.ofBound("0.0.0.0", 7)).isEqualTo(new ReplicaAddress(likely, 7));
    assertThat(ReplicaAddress.ofBound("::", 7)).isEqualTo(new ReplicaAddress(likely, 7));
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1 10.0.0.7, 10.0.0.7",
    "10.0.0.7 10.0.0.8, 10.0.0.7",
    "2001:db8::7 10.0.0.7, 10.0.0.7",
    "169.254.0.1 2001:db8::7, 2001:db8:0:0:0:0:0:7",
    "127.0.0.1 169.254.0.1, 169.254.0.1",
    "::1 127.0.0.1, 127.0.0.1",
    "'', 127.0.0.1",
  })
  void prefersAddressMostLikelyReachableByPeers(String own, String found)
      throws UnknownHostException {
    List<InetAddress> addresses = new ArrayList<>();
    for (String one : own.isEmpty() ? new String[0] : own.split(" ")) {
      addresses.add(InetAddress.getByName(one));
    }

    assertThat(ReplicaAddress.mostLikely(addresses)).isEqualTo(found);
  }
}
