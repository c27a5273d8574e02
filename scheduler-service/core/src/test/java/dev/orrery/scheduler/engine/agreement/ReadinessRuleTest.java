package dev.orrery.scheduler.engine.agreement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.scheduler.base.database.OutageCause;
import dev.orrery.scheduler.engine.agreement.ReadinessRule.Facts;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReadinessRuleTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          active    | bound     | main | in use    | own  | before    | codes
          http      | http      | http | -         | 1..1 | -         | -
          http      | http      | http | http      | 1..1 | 1..1      | -
          http,akka | http,akka | http | http      | 1..1 | -         | -
          http,akka | http,akka | akka | http,akka | 1..1 | -         | -
          akka      | akka      | akka | akka      | 1..1 | -         | -
          http      | -         | http | -         | 1..1 | -         | NOT_LISTENING
          http,akka | http      | http | -         | 1..1 | -         | NOT_LISTENING
          http      | http      | akka | -         | 1..1 | -         | LACKS_PROTOCOL
          http      | http      | http | akka      | 1..1 | -         | LACKS_PROTOCOL
          akka      | akka      | akka | http,akka | 1..1 | -         | LACKS_PROTOCOL
          http      | http      | akka | akka      | 1..1 | -         | LACKS_PROTOCOL
          http      | http      | http | -         | 1..2 | 2..3      | -
          http      | http      | http | -         | 1..1 | 2..3      | VERSIONS_DISJOINT
          http      | http      | http | -         | 1..2 | 1..1,3..4 | VERSIONS_DISJOINT
          http      | http      | http | -         | 1..1 | 2..2,3..3 | VERSIONS_DISJOINT
          http      | -         | akka | -         | 1..1 | 2..2      | NOT_LISTENING,LACKS_PROTOCOL,VERSIONS_DISJOINT
          """,
      useHeadersInDisplayName = true)
  void derivesReadinessFromBoundPortsAndRequiredProtocols(
      String active,
      String bound,
      String main,
      String inUse,
      String own,
      String before,
      String codes) {
    List<NotReadyReason> reasons =
        ReadinessRule.evaluate(
            new Facts(
                protocols(active, own),
                false,
                protocols(bound),
                Protocol.parse(main),
                protocols(inUse),
                Set.of(),
                Set.of(),
                true,
                before == null ? List.of() : ranges(before),
                Optional.empty()));

    assertThat(reasons.stream().map(one -> one.code().name()).collect(Collectors.joining(",")))
        .isEqualTo(codes == null ? "" : codes);
  }

  @Test
  void namesMissingProtocolWithReasonAndSettingToChange() {
    List<NotReadyReason> reasons =
        reasons("http", Protocol.AKKA, Set.of(Protocol.HTTP, Protocol.AKKA));

    assertThat(reasons)
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason.detail())
                  .isEqualTo("Not active here: akka is the main protocol on record.");
              assertThat(reason.settingToChange()).isEqualTo("orrery.protocols.active: add akka");
            });
  }

  @Test
  void namesMissingProtocolInUseBySessions() {
    List<NotReadyReason> reasons = reasons("http", Protocol.HTTP, Set.of(Protocol.AKKA));

    assertThat(reasons.get(0).detail()).startsWith("Not active here: akka is in use by sessions");
  }

  @Test
  void namesSettingOfUnboundPort() {
    List<NotReadyReason> reasons = reasons("http,akka", Protocol.HTTP, Set.of());

    assertThat(reasons.get(0).settingToChange()).isEqualTo("orrery.protocols.akka.port");
  }

  @Test
  void reportsStartingUntilPeerReplicasAreKnown() {
    List<NotReadyReason> reasons = reasons(false, false, Optional.empty());

    assertThat(reasons)
        .extracting(NotReadyReason::code)
        .containsExactly(NotReadyReason.Code.STARTING);
  }

  @Test
  void reportsOutageWhilePeerReplicasAreUnknown() {
    List<NotReadyReason> reasons = reasons(false, false, Optional.of(OutageCause.READ_ONLY));

    assertThat(reasons)
        .singleElement()
        .satisfies(
            reason -> {
              assertThat(reason.code()).isEqualTo(NotReadyReason.Code.DATABASE_OUTAGE);
              assertThat(reason.detail()).contains(OutageCause.READ_ONLY.reason());
            });
  }

  @Test
  void reportsStoppingReplicaAsNotReady() {
    List<NotReadyReason> reasons = reasons(true, true, Optional.empty());

    assertThat(reasons)
        .extracting(NotReadyReason::code)
        .containsExactly(NotReadyReason.Code.STOPPING);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          served    | in use    | setting to change
          -         | -         | -
          -         | http      | orrery.powerjob.enabled=true
          -         | akka      | orrery.powerjob.enabled=true
          http      | -         | -
          http      | http      | -
          http      | http,akka | orrery.powerjob.protocols: add akka
          akka      | akka      | -
          akka      | http,akka | orrery.powerjob.protocols: add http
          http,akka | http,akka | -
          """,
      useHeadersInDisplayName = true)
  void requiresProtocolsOfPowerJobWorkersWithSessions(
      String served, String inUse, String settingToChange) {
    List<NotReadyReason> reasons =
        ReadinessRule.evaluate(
            new Facts(
                protocols("http", "1..1"),
                false,
                Set.of(Protocol.HTTP),
                Protocol.HTTP,
                Set.of(Protocol.HTTP),
                protocols(served),
                protocols(inUse),
                true,
                List.of(),
                Optional.empty()));

    assertThat(reasons)
        .extracting(NotReadyReason::code, NotReadyReason::settingToChange)
        .containsExactlyElementsOf(
            settingToChange == null
                ? List.of()
                : List.of(tuple(NotReadyReason.Code.LACKS_DIALECT, settingToChange)));
  }

  private static List<NotReadyReason> reasons(String active, Protocol main, Set<Protocol> inUse) {
    return ReadinessRule.evaluate(
        new Facts(
            protocols(active, "1..1"),
            false,
            Set.of(Protocol.HTTP),
            main,
            inUse,
            Set.of(),
            Set.of(),
            true,
            List.of(),
            Optional.empty()));
  }

  private static List<NotReadyReason> reasons(
      boolean stopping, boolean peersKnown, Optional<OutageCause> outage) {
    return ReadinessRule.evaluate(
        new Facts(
            protocols("http", "1..1"),
            stopping,
            Set.of(Protocol.HTTP),
            Protocol.HTTP,
            Set.of(),
            Set.of(),
            Set.of(),
            peersKnown,
            List.of(),
            outage));
  }

  private static SchedulerProtocols protocols(String active, String versions) {
    List<Protocol> protocols = Protocol.parseList(active);
    return new SchedulerProtocols(protocols, protocols.get(0), ranges(versions).get(0));
  }

  private static Set<Protocol> protocols(String names) {
    return names == null ? Set.of() : Set.copyOf(Protocol.parseList(names));
  }

  private static List<VersionRange> ranges(String text) {
    return Arrays.stream(text.split(","))
        .map(range -> range.split("\\.\\."))
        .map(ends -> new VersionRange(Integer.parseInt(ends[0]), Integer.parseInt(ends[1])))
        .toList();
  }
}
