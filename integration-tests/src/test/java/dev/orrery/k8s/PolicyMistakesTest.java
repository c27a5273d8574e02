package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Seeds mistakes into the policies of rendered overlays; the comparison with the plan finds them.
 */
@Tag("thorough")
class PolicyMistakesTest {
  private static final String OTHER_POLICY =
      "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy,"
          + " metadata: {name: NAME, namespace: default}, spec: {}}";

  /**
   * @param policy a new one if the overlay has none of that name
   * @param pointer below its spec; empty for the policy itself, and an index of - adds an entry
   * @param value in YAML; null removes
   * @param found parts of one finding, separated by two dots
   */
  @ParameterizedTest(name = "{0}: {1} {2} {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      nullValues = "-",
      textBlock =
          """
          # Ports.
          http       | scheduler-api        | /ingress/0/ports            | -                                | pods {} of namespaces {orrery.dev/clients=true} .. TCP 1-7699, TCP 7701-65535, UDP 1-65535, SCTP 1-65535 (ingress) is open
          http       | scheduler-api        | /ingress/0/ports/-          | {protocol: TCP, port: 5005}      | scheduler-api .. orrery.dev/clients=true .. TCP 5005 (ingress) is open
          http       | scheduler-api        | /ingress/0/ports/-          | {protocol: UDP, port: 7700}      | UDP 7700 (ingress) is open
          http       | scheduler-api        | /ingress/0/ports/-          | {protocol: SCTP, port: 7700}     | SCTP 7700 (ingress) is open
          http       | scheduler-api        | /ingress/0/ports/-          | {protocol: UDP}                  | UDP 1-65535 (ingress) is open
          http       | scheduler-api        | /ingress/0/ports/-          | {port: management}               | TCP 9000 (ingress) is open
          http       | scheduler-api        | /ingress/0/ports/0/port     | metrics                          | clients to schedulers .. TCP 7700 (ingress) is closed
          akka       | agent-akka           | /egress/0/ports/-           | {port: api}                      | TCP 1-7699, TCP 7701-10085, TCP 10087-65535 (egress) is open
          http       | scheduler-api        | /ingress/0/ports/0/endPort  | 7710                             | TCP 7701-7710 (ingress) is open
          http       | scheduler-cluster    | /ingress/0/ports/0          | {port: 10019, endPort: 10021}    | TCP 10019, TCP 10021 (ingress) is open
          quickstart | scheduler-database   | /egress/0/ports/0/protocol  | UDP                              | schedulers to PostgreSQL .. TCP 5432 (egress) is closed
          http       | scheduler-http       | /ingress/0/ports/-          | {protocol: TCP, port: 10086}     | TCP 10086 (ingress) is open
          akka       | scheduler-akka       | /ingress/0/ports/-          | {protocol: TCP, port: 27777}     | TCP 27777 (ingress) is open
          # Blocks of addresses.
          example    | agent-internet       | /egress/0/to/0/ipBlock/except | [10.0.0.0/8, 100.64.0.0/10, 168.63.129.16/32, 169.254.0.0/16, 192.0.0.0/24, 198.18.0.0/15] | addresses 172.16.0.0-172.31.255.255, 192.168.0.0-192.168.255.255 TCP 80, TCP 443 (egress) is open
          example    | agent-internet       | /egress/0/to/1/ipBlock/except | -                              | addresses fc00:0:0:0:0:0:0:0-fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, fe80:0:0:0:0:0:0:0-febf: .. (egress) is open
          example    | scheduler-webhooks   | /egress/0/to/0/ipBlock/except/4 | 172.16.0.0/13                | addresses 172.24.0.0-172.31.255.255 TCP 443 (egress) is open
          example    | scheduler-webhooks   | /egress/0/to/0/ipBlock/cidr | 0.0.0.0/1                        | schedulers to the internet .. addresses 128.0.0.0- .. TCP 443 (egress) is closed
          example    | scheduler-mail       | /egress/0/ports/-           | {protocol: TCP, port: 25}        | TCP 25 (egress) is open
          example    | scheduler-mail       | /egress/0/to/0/ipBlock/except/1 | -                            | addresses 169.254.0.0-169.254.255.255 TCP 465, TCP 587 (egress) is open
          http       | scheduler-database   | /egress/0/to/1/ipBlock/cidr | 10.0.0.0/7                       | addresses 11.0.0.0-11.255.255.255 TCP 5432 (egress) is open
          http       | scheduler-database   | /egress/0/to/1/ipBlock/cidr | 10.0.0.0/9                       | schedulers to database .. addresses 10.128.0.0-10.255.255.255 TCP 5432 (egress) is closed
          http       | scheduler-database   | /egress/0/to/5/ipBlock/cidr | fc00::/7                         | addresses fc00:0:0:0:0:0:0:0-fcff:ffff:ffff:ffff:ffff:ffff:ffff:ffff TCP 5432 (egress) is open
          http       | scheduler-database   | /egress/0/to/5/ipBlock/except | -                              | addresses fd00:ec2:0:0:0:0:0:254 TCP 5432 (egress) is open
          http       | scheduler-management | /ingress/0/from/-           | {ipBlock: {cidr: 203.0.113.0/24}} | addresses 203.0.113.0-203.0.113.255 .. TCP 9000 (ingress) is open
          # Selectors of peers.
          http       | scheduler-management | /ingress/0/from/-           | {namespaceSelector: {matchLabels: {team: payments}}} | pods {} of namespaces {team=payments} .. TCP 9000 (ingress) is open
          http       | scheduler-management | /ingress/0/from/0/namespaceSelector | {}                       | pods {app.kubernetes.io/name=prometheus} of namespaces {} .. TCP 9000 (ingress) is open
          http       | agent-management     | /ingress/0/from/0/podSelector | -                              | pods {} of namespaces {orrery.dev/monitoring=true} .. TCP 9100 (ingress) is open
          http       | agent-management     | /ingress/0/from             | []                               | addresses 0:0:0:0:0:0:0:0-ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff, 0.0.0.0-255.255.255.255 .. TCP 9100 (ingress) is open
          http       | agent-management     | /ingress/-                  | {}                               | pods {} of namespaces {} .. UDP 1-65535, SCTP 1-65535 (ingress) is open
          http       | agent-http           | /egress/0/to                | []                               | addresses .. TCP 7700, TCP 10010 (egress) is open
          http       | scheduler-http       | /ingress/0/from/0/namespaceSelector | {}                       | of namespaces {} .. TCP 10010 (ingress) is open
          http       | scheduler-http       | /ingress/0/from/1/podSelector | {matchExpressions: [{key: orrery.dev/protocol, operator: Exists}]} | pods {orrery.dev/protocol} of .. TCP 10010 (ingress) is open
          http       | scheduler-http       | /ingress/0/from/1/podSelector | {matchExpressions: [{key: orrery.dev/protocol, operator: NotIn, values: [akka]}]} | pods {orrery.dev/protocol!=akka} of .. TCP 10010 (ingress) is open
          http       | scheduler-http       | /ingress/0/from/1/podSelector | {matchExpressions: [{key: orrery.dev/protocol, operator: In, values: [http, akka]}]} | pods {orrery.dev/protocol=akka} of .. TCP 10010 (ingress) is open
          http       | scheduler-http       | /ingress/0/from/1/podSelector | {matchLabels: {orrery.dev/protocol: http}, matchExpressions: [{key: orrery.dev/protocol, operator: NotIn, values: [http]}]} | workers over http to schedulers .. TCP 10010 (ingress) is closed
          http       | scheduler-http       | /ingress/0/from/1/podSelector | {matchExpressions: [{key: orrery.dev/protocol, operator: Exists}, {key: orrery.dev/protocol, operator: NotIn, values: [akka]}]} | pods {orrery.dev/protocol!=akka} of .. TCP 10010 (ingress) is open
          http       | scheduler-http       | /ingress/0/from/1/namespaceSelector | {matchExpressions: [{key: orrery.dev/workers, operator: DoesNotExist}]} | of namespaces {!orrery.dev/workers} .. TCP 10010 (ingress) is open
          http       | scheduler-cluster    | /ingress/0/from/0/podSelector/matchLabels/app.kubernetes.io~1name | - | pods {app.kubernetes.io/component=scheduler} of .. TCP 10020 (ingress) is open
          # Selected pods.
          http       | orrery-default-deny  | /podSelector                | {}                               | pods {} (egress) are closed, and may be somebody else's
          http       | scheduler-cluster    | /podSelector/matchLabels/app.kubernetes.io~1name | -           | pods {app.kubernetes.io/component=scheduler} (ingress) are closed, and may be
          http       | agent-http           | /podSelector/matchLabels/app.kubernetes.io~1component | agnet  | agents over http to schedulers .. TCP 10010 (egress) is closed
          http       | scheduler-api        | /podSelector/matchLabels    | {app.kubernetes.io/name: orrery} | pods {app.kubernetes.io/name=orrery} TCP 7700 (ingress) is open
          quickstart | orrery-dns           | /podSelector/matchExpressions/0/values/- | database            | component=database .. -> pods {k8s-app=kube-dns} .. (egress) is open
          http       | orrery-dns           | /podSelector/matchExpressions/0/operator | Exists              | pods {app.kubernetes.io/component,app.kubernetes.io/name=orrery} -> .. (egress) is open
          # Directions.
          akka       | orrery-default-deny  | /policyTypes                | [Ingress]                        | pods {app.kubernetes.io/name=orrery} (egress) are open
          akka       | orrery-default-deny  | /policyTypes                | -                                | pods {app.kubernetes.io/name=orrery} (egress) are open
          http       | orrery-dns           | /policyTypes                | -                                | NetworkPolicy orrery-dns has no policyTypes
          http       | agent-http           | /policyTypes                | [Ingress]                        | agents over http to schedulers .. TCP 10010 (egress) is closed
          both       | scheduler-cluster    | /policyTypes                | [Ingress]                        | schedulers to schedulers .. TCP 10020 (egress) is closed
          both       | scheduler-cluster    | /egress                     | []                               | schedulers to schedulers .. TCP 10020 (egress) is closed
          quickstart | orrery-setup         | /egress/2                   | -                                | setup to API server .. TCP 443, TCP 6443, TCP 8443, TCP 16443 (egress) is closed
          # Whole policies.
          http       | orrery-default-deny  | ``                          | -                                | pods {app.kubernetes.io/name=orrery} (ingress) are open
          akka       | agent-akka           | ``                          | -                                | schedulers to agents over akka .. TCP 27777 (ingress) is closed
          both       | orrery-dns           | ``                          | -                                | schedulers to DNS .. TCP 53, UDP 53 (egress) is closed
          quickstart | scheduler-akka       | ``                          | {podSelector: {matchLabels: {app.kubernetes.io/name: orrery, app.kubernetes.io/component: scheduler}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {orrery.dev/protocol: akka}}}], ports: [{port: 10086}]}]} | scheduler-akka .. TCP 10086 (ingress) is open
          quickstart | database-out         | ``                          | {podSelector: {matchLabels: {app.kubernetes.io/name: orrery, app.kubernetes.io/component: database}}, policyTypes: [Egress], egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: 443}]}]} | database-out .. -> addresses 10.0.0.0-10.255.255.255 TCP 443 (egress) is open
          """)
  void findsSeededDifferenceFromThePortPlan(
      String overlay, String policy, String pointer, String value, String found) {
    List<ObjectNode> objects = Kubectl.kustomize(Overlay.directory(overlay));
    change(objects, policy, pointer, value == null ? null : Yaml.value(value));

    assertThat(Check.CONNECTIONS.findings(Overlay.of(overlay, objects)))
        .anySatisfy(finding -> assertThat(finding).contains(found.split(" \\.\\. ")));
  }

  private static void change(
      List<ObjectNode> objects, String policy, String pointer, JsonNode value) {
    ObjectNode changed =
        objects.stream()
            .filter(object -> object.at("/kind").asText().equals("NetworkPolicy"))
            .filter(object -> object.at("/metadata/name").asText().equals(policy))
            .findFirst()
            .orElseGet(() -> Yaml.documents(OTHER_POLICY.replace("NAME", policy)).get(0));
    objects.remove(changed);
    if (pointer.isEmpty() && value == null) {
      return;
    }
    objects.add(changed);
    Yaml.change(changed, "/spec" + pointer, value);
  }
}
