package dev.orrery.protocol.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.StartupException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedNetworksTest {
  private static final String SETTING = "orrery.test.allowed-networks";
  private static final AllowedNetworks NONE = allowed();

  private static AllowedNetworks allowed(String... networks) {
    return AllowedNetworks.parse(SETTING, List.of(networks));
  }

  private static InetAddress address(String literal) throws UnknownHostException {
    return InetAddress.getByName(literal);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.1.1.1",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "168.63.129.15",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "2606:4700:4700::1111",
        "2a00:1450:4001:80e::200e",
        "2001:200::1",
        "2003::1",
        "::ffff:1.1.1.1",
        "64:ff9b::1.1.1.1",
      })
  void allowsPublicAddressWithoutListing(String literal) throws UnknownHostException {
    assertThat(NONE.allows(address(literal))).isTrue();
    assertThat(NONE.lists(address(literal))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.0/8",
    "127.255.255.254, 127.0.0.0/8",
    "::1, ::1/128",
    "0.0.0.0, 0.0.0.0/8",
    "0.1.2.3, 0.0.0.0/8",
    "::, ::",
    "10.0.0.0, 10.0.0.0/8",
    "10.255.255.255, 10.0.0.0/8",
    "172.16.0.1, 172.16.0.0/12",
    "172.31.255.255, 172.16.0.0/12",
    "192.168.1.1, 192.168.0.0/16",
    "100.64.0.1, 100.64.0.0/10",
    "100.100.100.200, 100.64.0.0/10",
    "100.127.255.255, 100.64.0.0/10",
    "169.254.169.254, 169.254.0.0/16",
    "168.63.129.16, 168.63.129.16",
    "192.0.0.192, 192.0.0.0/24",
    "192.0.2.1, 192.0.2.0/24",
    "192.88.99.1, 192.88.99.0/24",
    "198.18.0.1, 198.18.0.0/15",
    "198.19.255.255, 198.18.0.0/15",
    "198.51.100.7, 198.51.100.0/24",
    "203.0.113.7, 203.0.113.0/24",
    "224.0.0.1, 224.0.0.0/4",
    "239.255.255.255, 224.0.0.0/4",
    "240.0.0.1, 240.0.0.0/4",
    "255.255.255.255, 255.255.255.255/32",
    "fe80::1, fe80::/10",
    "febf::1, fe80::/10",
    "fec0::1, fec0::/10",
    "fc00::1, fc00::/7",
    "fd00:ec2::254, fd00::/8",
    "ff02::1, ff00::/8",
    "2001:db8::1, 2001:db8::/32",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2, 2001::/32",
    "2002:7f00:1::, 2002::/16",
    "2002:808:808::, 2002::/16",
    "3fff::1, 3fff::/20",
    "5f00::1, 5f00::/16",
    "100::1, 100::/64",
    "::127.0.0.1, ::/96",
    "::1.1.1.1, ::/96",
    "64:ff9b:1::1.1.1.1, 64:ff9b:1::/48",
    "64:ff9b::127.0.0.1, 127.0.0.0/8",
    "64:ff9b::169.254.169.254, 64:ff9b::/96",
    "64:ff9b::10.1.2.3, 10.0.0.0/8",
    "::ffff:127.0.0.1, 127.0.0.0/8",
    "::ffff:169.254.169.254, 169.254.0.0/16",
  })
  void requiresListingOfNonpublicAddress(String literal, String network)
      throws UnknownHostException {
    InetAddress address = address(literal);
    assertThat(NONE.allows(address)).isFalse();
    assertThat(allowed("1.2.3.4/32", "fd12::/16").allows(address)).isFalse();
    assertThat(allowed(network).allows(address)).isTrue();
    assertThat(allowed(network).lists(address)).isTrue();
  }

  @Test
  void ignoresScopeOfLinkLocalAddress() throws UnknownHostException {
    byte[] bytes = HexFormat.of().parseHex("fe800000000000000000000000000001");
    InetAddress scoped = Inet6Address.getByAddress("host", bytes, 1);
    assertThat(NONE.allows(scoped)).isFalse();
    assertThat(allowed("fe80::/10").allows(scoped)).isTrue();
  }

  @Test
  void allowsOnlyAddressesInsideListedNetworks() throws UnknownHostException {
    AllowedNetworks some = allowed(" 127.0.0.1 ", "10.1.0.0/16\t", "", "fd00:1::/32");
    assertThat(some.allows(address("127.0.0.1"))).isTrue();
    assertThat(some.allows(address("127.0.0.2"))).isFalse();
    assertThat(some.allows(address("10.1.255.255"))).isTrue();
    assertThat(some.allows(address("10.2.0.0"))).isFalse();
    assertThat(some.allows(address("fd00:1:ffff::1"))).isTrue();
    assertThat(some.allows(address("fd00:2::1"))).isFalse();
  }

  @Test
  void allowsWholeAddressFamilyWhenListed() throws UnknownHostException {
    assertThat(allowed("0.0.0.0/0").allows(address("127.0.0.1"))).isTrue();
    assertThat(allowed("0.0.0.0/0").allows(address("::1"))).isFalse();
    assertThat(allowed("::/0").allows(address("::1"))).isTrue();
    assertThat(allowed("::/0").allows(address("127.0.0.1"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "localhost, it is not an address",
    "example.com/8, it is not an address",
    "10, it is not an address",
    "10.0.0, it is not an address",
    "10.0.0.256, it is not an address",
    "010.0.0.0/8, it is not an address",
    "::g/64, it is not an address",
    "1::2::3, it is not an address",
    "fe80::1%eth0, it is not an address",
    "[::1], it is not an address",
    "10.0.0.0/33, the prefix length must be 0 to 32",
    "10.0.0.0/-1, the prefix length must be 0 to 32",
    "10.0.0.0/, the prefix length must be 0 to 32",
    "10.0.0.0/8/8, the prefix length must be 0 to 32",
    "10.0.0.0/255.0.0.0, the prefix length must be 0 to 32",
    "fd00::/129, the prefix length must be 0 to 128",
    "10.1.2.3/8, it has bits set beyond its prefix length; write 10.0.0.0/8 if that network is meant",
    "::ffff:10.0.0.0/104, write the IPv4 address itself",
  })
  void refusesInvalidNetworkAndNamesTheReason(String text, String reason) {
    assertThatThrownBy(() -> allowed("10.0.0.0/8", text))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            "%s names '%s', which is not a valid network: %s. Write networks such as 10.0.0.0/8 or"
                + " fd00::/8.",
            SETTING, text, reason);
  }

  @Test
  void readsLiteralAddressWithoutNameLookup() throws UnknownHostException {
    assertThat(AllowedNetworks.spelledOut("10.1.2.3")).contains(address("10.1.2.3"));
    assertThat(AllowedNetworks.spelledOut("fd00::7")).contains(address("fd00::7"));
    assertThat(AllowedNetworks.spelledOut("localhost")).isEmpty();
    assertThat(AllowedNetworks.spelledOut("10.1.2.300")).isEmpty();
    assertThat(AllowedNetworks.spelledOut("")).isEmpty();
  }
}
