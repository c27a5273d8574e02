package dev.orrery.k8s;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Adds each component to each overlay that does not have it, as users do. */
@Tag("thorough")
class ComponentPairsTest {
  private static final List<String> ADDED =
      List.of(
          "agent-internet",
          "autoscaler",
          "cloudnative-pg",
          "dashboard",
          "mail",
          "monitoring",
          "native",
          "powerjob",
          "powerjob-akka",
          "powerjob-akka-only",
          "powerjob-mu",
          "tls",
          "webhooks");

  private static final String BEFORE_AKKA =
      "AKKA is for PowerJob workers: list components/powerjob before components/powerjob-akka";

  private static final String WITH_HTTP =
      "With http, list components/powerjob and components/powerjob-akka instead";

  /** By pair, a part of the error that kubectl prints. */
  private static final Map<String, String> REFUSED =
      Map.ofEntries(
          Map.entry(
              "akka autoscaler",
              "The autoscaler scales agents over http: list components/http before"),
          Map.entry(
              "akka native",
              "Native programs have no akka: omit components/akka or components/native"),
          Map.entry(
              "akka powerjob", "PowerJob workers join over http: list components/http before"),
          Map.entry("akka powerjob-akka", BEFORE_AKKA),
          Map.entry("both powerjob-akka", BEFORE_AKKA),
          Map.entry("http powerjob-akka", BEFORE_AKKA),
          Map.entry("quickstart powerjob-akka", BEFORE_AKKA),
          Map.entry("both powerjob-akka-only", WITH_HTTP),
          Map.entry("example powerjob-akka-only", WITH_HTTP),
          Map.entry("http powerjob-akka-only", WITH_HTTP),
          Map.entry("quickstart powerjob-akka-only", WITH_HTTP),
          Map.entry(
              "example powerjob-mu",
              "For MU alone: omit components/powerjob or components/powerjob-mu"),
          Map.entry(
              "both native",
              "Native programs have no akka: omit components/akka or components/native"),
          Map.entry(
              "quickstart cloudnative-pg",
              "The quickstart has a PostgreSQL of its own: build on k8s/base instead"),
          Map.entry(
              "quickstart native",
              "The native image has no command line, which the quickstart runs"),
          Map.entry(
              "quickstart tls", "The quickstart asks the API in plain HTTP: omit components/tls"));

  @TempDir private Path directory;

  static Stream<Arguments> pairs() {
    return Overlay.NAMES.stream()
        .flatMap(
            name ->
                ADDED.stream()
                    .filter(component -> !Overlay.rendered(name).has(component))
                    .map(component -> Arguments.of(name, component)));
  }

  static Stream<Arguments> works() {
    return pairs().filter(pair -> !REFUSED.containsKey(name(pair)));
  }

  static Stream<Arguments> refused() {
    return pairs().filter(pair -> REFUSED.containsKey(name(pair)));
  }

  private static String name(Arguments pair) {
    return pair.get()[0] + " " + pair.get()[1];
  }

  @ParameterizedTest
  @MethodSource("refused")
  void explainsWhyPairIsRefused(String overlay, String component) {
    assertThatThrownBy(
            () -> Overlay.own(directory, "orrery", Overlay.directory(overlay), component))
        .hasMessageContaining("components/" + component)
        .hasMessageContaining(REFUSED.get(overlay + " " + component));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          akka | http,native | Native programs have no akka
          akka | http,tls    | list components/akka before components/tls
          http | tls         | list components/http before components/tls
          http | powerjob    | list components/http before components/powerjob
          http | autoscaler  | list components/http before components/autoscaler
          akka   | http,powerjob,powerjob-akka | Both need the port 10086
          native | http,powerjob,powerjob-akka | omit components/powerjob-akka or components/native
          akka   | powerjob-akka-only          | list components/akka before components/powerjob-akka-only
          powerjob-akka | http,akka,powerjob   | Both need the port 10086
          powerjob-akka | http,native,powerjob | omit components/powerjob-akka or components/native
          """)
  void refusesPairInReverseOrder(String last, String first, String why) {
    String[] components = (first + "," + last).split(",", -1);

    assertThatThrownBy(
            () -> Overlay.own(directory, "orrery", Overlay.ROOT.resolve("base"), components))
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @MethodSource("works")
  void passesEveryCheckForSupportedPair(String overlay, String component) {
    Overlay rendered =
        Overlay.of(
                overlay,
                Overlay.own(directory, "orrery", Overlay.directory(overlay), component).stream()
                    .filter(object -> !object.path("kind").asText().equals("Cluster"))
                    .toList())
            .with(component);

    EnumSet<Check> checks = EnumSet.allOf(Check.class);
    if (component.equals("cloudnative-pg")) {
      // The operator makes pods and Secrets.
      checks.removeAll(EnumSet.of(Check.SELECTORS, Check.REFERENCES));
    }
    for (Check check : checks) {
      assertThat(check.findings(rendered)).as(check.name()).isEmpty();
    }
  }
}
