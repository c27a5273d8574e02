package dev.orrery.it.powerjob;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.it.harness.AtNight;
import dev.orrery.it.powerjob.PowerJobProgram.Setting;
import dev.orrery.testing.program.MachineLoad;
import dev.orrery.testing.program.ProgramProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Starts published PowerJob workers of each protocol at schedulers with each setting: a worker
 * joins and runs, or is refused with the setting to change.
 */
@Tag("thorough")
@AtNight
class PowerJobMismatchIT {
  private static final String OVER_MU = "5.1.2";
  private static final List<String> VERSIONS = List.of("4.3.9", "5.1.1", OVER_MU);
  private static final List<String> PROTOCOLS = List.of("HTTP", "akka");

  /** From the start of the worker's JVM. */
  private static final Duration REFUSED = Duration.ofSeconds(3);

  private static final Duration MAX_START = Duration.ofMinutes(2);

  @ParameterizedTest
  @ValueSource(strings = {"http", "HTTP, Akka", "akka,HTTP", "aKKa", "mU", "MU, http"})
  void runsJobOrRefusesWorkerWithSettingToChange(String served) throws IOException {
    String name = "powerjob-cell-" + served.toLowerCase(Locale.ROOT).replaceAll("\\W+", "-");
    try (PowerJobSite site = PowerJobSite.createFor(served, name)) {
      ProgramProcess scheduler = site.stack().launchScheduler();
      site.stack().useScheduler();
      Set<Integer> ports = site.requirePlannedPorts(scheduler);
      System.out.printf(
          "PowerJobMismatchIT: scheduler '%s' listens on its plan, %s%n", served, ports);
      assertThat(ports.contains(site.akkaPort())).isEqualTo(serves(served, "akka"));
      assertThat(ports.contains(site.muPort())).isEqualTo(serves(served, "mu"));
      assertThat(site.takesMessagesOverHttp()).isEqualTo(serves(served, "http"));
      for (String version : VERSIONS) {
        PowerJobProgram program = PowerJobSite.program(version);
        for (String protocol : version.equals(OVER_MU) ? List.of("Mu") : PROTOCOLS) {
          String app = ("v" + version + "-" + protocol).toLowerCase(Locale.ROOT).replace('.', '-');
          site.open(app);
          site.putJob(app, "noop", "Noop", "seven", "");
          long started = System.nanoTime();
          ProgramProcess worker = site.start(program, app, Setting.DEFAULT.over(protocol));
          boolean joins = serves(served, protocol);
          String outcome = joins ? run(site, app, worker) : refusal(site, app);
          System.out.printf(
              Locale.ROOT,
              "PowerJobMismatchIT: scheduler %-11s worker %s %-5s %s after %.1f s%n",
              "'" + served + "'",
              version,
              protocol,
              outcome,
              (System.nanoTime() - started) / 1e9);
          if (!joins) {
            assertThat(Duration.ofNanos(System.nanoTime() - started))
                .isLessThan(MachineLoad.stretch(REFUSED));
          }
        }
      }
    }
  }

  private static boolean serves(String served, String protocol) {
    return served.toUpperCase(Locale.ROOT).contains(protocol.toUpperCase(Locale.ROOT));
  }

  private static String run(PowerJobSite site, String app, ProgramProcess worker) {
    site.awaitWorkers(app, 1, worker);
    String id = site.api().run(app, "noop");
    site.api().awaitState(id, "SUCCEEDED", PowerJobSite.SOON);
    return "runs";
  }

  private static String refusal(PowerJobSite site, String app) {
    String settingToChange = site.awaitRefusal(app);
    assertThat(settingToChange).contains("scheduler: orrery.powerjob.protocols=", "worker:");
    return "is refused: " + settingToChange;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          http | http,tcp  | 'http,tcp'
          akka | http,Akka | Add http to orrery.protocols.active, or set orrery.powerjob.protocols=akka
          """)
  void refusesStartWithUnknownProtocolAndWithHttpWithoutItsPort(
      String active, String served, String says) {
    String name = "powerjob-start-" + active;
    String own = "-Dorrery.protocols.active=" + active;
    try (PowerJobSite site = PowerJobSite.createFor(served, name, own)) {
      ProgramProcess scheduler = site.stack().launchScheduler();

      assertThat(scheduler.awaitExit(MAX_START)).isNotZero();
      assertThat(scheduler.output())
          .contains("orrery.powerjob.protocols")
          .contains(says.strip())
          .doesNotContain("\tat ");
    }
  }
}
