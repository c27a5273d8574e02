package dev.orrery.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class IpNetworkTest {
  @ParameterizedTest
  @CsvSource({
    // Whole bytes.
    "10.0.0.0/8, 10.0.0.0, 10.255.255.255, 9.255.255.255, 11.0.0.0",
    "192.168.7.0/24, 192.168.7.0, 192.168.7.255, 192.168.6.255, 192.168.8.0",
    "fd00::/8, fd00::, fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fcff::1, fe00::",
    "2001:db8::/32, 2001:db8::, 2001:db8:ffff::1, 2001:db7:ffff::1, 2001:db9::",
    // A prefix that ends within a byte: below 128, at 128 and above, where a byte is negative.
    "10.32.0.0/11, 10.32.0.0, 10.63.255.255, 10.31.255.255, 10.64.0.0",
    "172.16.0.0/12, 172.16.0.0, 172.31.255.255, 172.15.255.255, 172.32.0.0",
    "10.128.0.0/9, 10.128.0.0, 10.255.255.255, 10.127.255.255, 11.0.0.0",
    "192.0.2.252/31, 192.0.2.252, 192.0.2.253, 192.0.2.251, 192.0.2.254",
    "fe80::/10, fe80::, febf:ffff::1, fe7f:ffff::1, fec0::",
    "2001:db8:0:8000::/49, 2001:db8:0:8000::, 2001:db8:0:ffff::1, 2001:db8:0:7fff::1, 2001:db8:1::",
    // One address.
    "192.0.2.7, 192.0.2.7, 192.0.2.7, 192.0.2.6, 192.0.2.8",
    "::1/128, ::1, ::1, ::, ::2",
  })
  void containsFirstAndLastAddressButNotTheirNeighbours(
      String text, String first, String last, String before, String after)
      throws UnknownHostException {
    IpNetwork network = IpNetwork.parse(text);

    assertThat(network.contains(address(first))).as("first").isTrue();
    assertThat(network.contains(address(last))).as("last").isTrue();
    assertThat(network.contains(address(before))).as("before").isFalse();
    assertThat(network.contains(address(after))).as("after").isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0.0.0.0/0, ::",
    "::/0, 0.0.0.0",
    "127.0.0.0/8, 7f00::",
    "7f00::/8, 127.0.0.1",
    "10.0.0.0/8, ::10.0.0.1",
  })
  void excludesAddressesOfDifferentFamily(String text, String address) throws UnknownHostException {
    assertThat(IpNetwork.parse(text).contains(address(address))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.0/8, true", "11.0.0.0/8, false", "::/0, false"})
  void treatsMappedAddressAsIpv4(String text, boolean inside) throws UnknownHostException {
    assertThat(IpNetwork.parse(text).contains(address("::ffff:10.1.2.3"))).isEqualTo(inside);
  }

  @Test
  void checksMembershipWithoutModifyingAddressOrNetwork() throws UnknownHostException {
    IpNetwork network = IpNetwork.parse("172.16.0.0/12");
    InetAddress address = address("172.31.255.255");

    assertThat(network.contains(address)).isTrue();
    assertThat(network.contains(address)).isTrue();
    assertThat(address.getHostAddress()).isEqualTo("172.31.255.255");
    assertThat(network).hasToString("172.16.0.0/12");
  }

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }
}
