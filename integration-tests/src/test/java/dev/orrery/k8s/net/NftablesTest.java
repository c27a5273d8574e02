package dev.orrery.k8s.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.orrery.k8s.Yaml;
import dev.orrery.k8s.policy.Peer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Checks the rules of a policy, and that unsupported policies are rejected. */
class NftablesTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final Map<String, String> HERE = Map.of("name", "here");
  private static final Endpoint WEB = endpoint("web", HERE, "10.244.1.1");
  private static final Endpoint DATABASE = endpoint("database", HERE, "10.244.1.2");
  private static final Endpoint ELSEWHERE =
      endpoint("web", Map.of("name", "elsewhere"), "10.244.1.3");

  private static Endpoint endpoint(String role, Map<String, String> namespace, String address) {
    return new Endpoint(role, Peer.pod(role, namespace, Map.of("role", role)), address);
  }

  @Test
  void blocksTrafficOfSelectedPodsExceptAllowedTraffic() throws Exception {
    String spec =
        """
        podSelector: {matchLabels: {role: database}}
        policyTypes: [Ingress, Egress]
        ingress:
          - from: [{podSelector: {matchLabels: {role: web}}}, {namespaceSelector: {matchLabels: {name: nowhere}}}]
            ports: [{protocol: TCP, port: 5432}]
        egress:
          - to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]
            ports: [{protocol: UDP, port: 53}]
        """;

    assertThat(rules(spec, DATABASE))
        .isEqualTo(
            """
            flush ruleset
            table inet policies {
              chain ingress {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                iif lo accept
                ip saddr { 10.244.1.1 } tcp dport 5432 accept
              }
              chain egress {
                type filter hook output priority 0; policy drop;
                ct state established,related accept
                oif lo accept
                ip daddr 0.0.0.0/0 ip daddr != 10.0.0.0/8 ip daddr != 10.244.0.0/16 udp dport 53 accept
              }
            }
            """);
  }

  @Test
  void includesOnlyBlocksOfTheRequestedIpFamily() throws Exception {
    String spec =
        """
        podSelector: {}
        policyTypes: [Ingress, Egress]
        ingress:
          - from: [{podSelector: {matchLabels: {role: web}}}]
        egress:
          - to: [{ipBlock: {cidr: 0.0.0.0/0}}, {ipBlock: {cidr: '::/0', except: ['fc00::/7']}}]
        """;
    Endpoint web = endpoint("web", HERE, "fd00:10:244::1");

    assertThat(rules(spec, web, List.of(web), Family.IPV6))
        .isEqualTo(
            """
            flush ruleset
            table inet policies {
              chain ingress {
                type filter hook input priority 0; policy drop;
                ct state established,related accept
                iif lo accept
                icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
                ip6 saddr { fd00:10:244::1 } accept
              }
              chain egress {
                type filter hook output priority 0; policy drop;
                ct state established,related accept
                oif lo accept
                icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept
                ip6 daddr ::/0 ip6 daddr != fc00::/7 ip6 daddr != fd00:10:244::/64 accept
              }
            }
            """);
  }

  @Test
  void blocksNothingForUnselectedPods() throws Exception {
    String spec = "{podSelector: {matchLabels: {role: web}}, policyTypes: [Ingress]}";

    assertThat(rules(spec, WEB))
        .contains("hook input", "policy drop")
        .doesNotContain("hook output");
    assertThat(rules(spec, DATABASE)).doesNotContain("chain");
    assertThat(rules(spec, ELSEWHERE)).doesNotContain("chain");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {ingress: [{ports: [{protocol: TCP, port: 1}]}]} | policyTypes must be stated
          {policyTypes: [Ingres]} | policyTypes must be stated
          {policyTypes: [Ingress], ingress: [{ports: [{protocol: SCTP, port: 1}]}]} | protocol must be one of
          {policyTypes: [Ingress], ingress: [{ports: [{port: 1}]}]} | protocol must be one of
          {policyTypes: [Ingress], ingress: [{ports: [{protocol: TCP, port: 1, endPort: 9}]}]} | endPort is not known
          {policyTypes: [Ingress], ingress: [{ports: [{protocol: TCP, port: web}]}]} | port must be one number
          {policyTypes: [Egress], egress: [{to: [{}]}]} | a peer without a selector
          {policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: everywhere}}]}]} | ipBlock must be a range of addresses: everywhere
          {policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: ['fd00::/8']}}]}]} | except must be within the block: fd00::/8
          {policyTypes: [Egress], egress: [{to: [{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}]}]} | ipBlock must stand alone
          {policyTypes: [Egress], egress: [{to: [{podSelector: {matchExpressions: [{key: role, operator: Like, values: [web]}]}}]}]} | unknown operator: Like
          """)
  void refusesUnsupportedPolicySpecs(String spec, String why) {
    String selecting = spec.replaceFirst("\\{", "{podSelector: {}, ");

    assertThatThrownBy(() -> rules(selecting, WEB))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static String rules(String spec, Endpoint pod) throws JsonProcessingException {
    return rules(spec, pod, List.of(WEB, DATABASE, ELSEWHERE), Family.IPV4);
  }

  private static String rules(String spec, Endpoint pod, List<Endpoint> everybody, Family family)
      throws JsonProcessingException {
    String policy = "metadata: {name: policy}\nspec:\n  " + spec.strip().replace("\n", "\n  ");
    return new Nftables(
            HERE,
            List.of(MAPPER.treeToValue(Yaml.documents(policy).get(0), NetworkPolicy.class)),
            everybody,
            family)
        .rules(pod.peer());
  }
}
