package dev.orrery.scheduler.powerjob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.VersionRange;
import dev.orrery.protocol.agreement.SchedulerProtocols;
import dev.orrery.protocol.port.PortPlan;
import dev.orrery.protocol.port.PortPlan.PlannedPort;
import dev.orrery.protocol.port.PortPlan.PowerJobGateway;
import dev.orrery.protocol.port.PortPlan.Situation;
import dev.orrery.protocol.startup.StartupException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The protocols of PowerJob workers in each spelling, and the ports that they need. */
class PowerJobModuleTest {
  private static final Set<String> OF_PROTOCOLS =
      Set.of("http", "akka", "powerjob-akka", "powerjob-mu");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          active    | PowerJob's      | open
          http      | -               | http
          http      | http            | http
          Http      | ' HtTp '        | http
          http      | akka            | http powerjob-akka
          HTTP      | ' AKKA , '      | http powerjob-akka
          http      | 'HTTP, Akka'    | http powerjob-akka
          akka      | akka            | akka powerjob-akka
          AKKA      | ' aKKa '        | akka powerjob-akka
          http,akka | http            | http akka
          http,akka | akka            | http akka powerjob-akka
          akka,HTTP | 'AKKA ,http'    | http akka powerjob-akka
          akka      | mu              | akka powerjob-mu
          http      | ' Mu,'          | http powerjob-mu
          akka      | 'akka,mU'       | akka powerjob-akka powerjob-mu
          http,akka | 'HTTP,akka,MU'  | http akka powerjob-akka powerjob-mu
          """,
      useHeadersInDisplayName = true)
  void opensPortsOfNamedProtocolsOnly(String active, String powerJobs, String open) {
    SchedulerProtocols own = own(active);
    Set<Protocol> served = served(powerJobs);

    WorkerNetworkRule.requireHttp(served, own);

    Situation situation =
        new Situation(
            Set.copyOf(own.active()), false, new PowerJobGateway(served, Map.of()), Map.of());
    assertThat(
            PortPlan.of(PortPlan.Numbers.DEFAULTS, situation).stream()
                .filter(PlannedPort::open)
                .map(PlannedPort::name)
                .filter(OF_PROTOCOLS::contains)
                .collect(Collectors.joining(" ")))
        .isEqualTo(open);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          akka | -          | active is akka. Add http to orrery.protocols.active, or set orrery.powerjob.protocols=akka.
          AKKA | 'Http'     | active is akka. Add http to orrery.protocols.active, or set orrery.powerjob.protocols=akka.
          akka | 'akka,HTTP'| active is akka. Add http to orrery.protocols.active, or set orrery.powerjob.protocols=akka.
          http | http,mqtt  | orrery.powerjob.protocols='http,mqtt'
          http | ''         | orrery.powerjob.protocols=''
          http | ','        | orrery.powerjob.protocols=','
          http | ＡＫＫＡ     | orrery.powerjob.protocols='ＡＫＫＡ'
          """)
  void refusesUnknownNamesAndHttpWithoutItsPort(String active, String powerJobs, String says) {
    assertThatThrownBy(() -> WorkerNetworkRule.requireHttp(served(powerJobs), own(active)))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(says);
  }

  private static SchedulerProtocols own(String active) {
    List<Protocol> protocols = Protocol.parseList(active);
    return new SchedulerProtocols(protocols, protocols.get(0), VersionRange.SUPPORTED);
  }

  private static Set<Protocol> served(String protocols) {
    Map<String, String> settings = new HashMap<>(Map.of("orrery.powerjob.enabled", "true"));
    settings.put("orrery.powerjob.protocols", protocols);
    return new PowerJobModule().protocols(settings::get);
  }
}
