package dev.orrery.scheduler.edge.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.Protocol;
import dev.orrery.protocol.startup.StartupException;
import dev.orrery.protocol.startup.WrittenSetting;
import dev.orrery.scheduler.engine.agreement.DialectModule;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class PreflightConfigCheckTest {
  private final Map<String, String> values = new HashMap<>();
  private final PreflightConfigCheck settings =
      new PreflightConfigCheck(
          SchedulerAliases.over(values::get, values::get),
          protocol -> protocol == Protocol.HTTP,
          List.of());

  @ParameterizedTest
  @CsvSource({
    "orrery.retention.logs, -1D, orrery.retention.logs is -1D; set it to zero or more; such as 14D.",
    "orrery.retention.history-per-job, -1, orrery.retention.history-per-job is -1; set it to how",
  })
  void refusesNegativeRetentionSettings(String setting, String value, String message) {
    values.put(setting, "1");
    assertThatCode(settings::check).doesNotThrowAnyException();
    values.put(setting, value);

    assertThatThrownBy(settings::check)
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith(message.replace("more;", "more,"));
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http", "HTTP", " Http ", "http,", "http, http"})
  void acceptsHttpAsActiveProtocolInAnySpelling(String active) {
    values.put("orrery.protocols.active", active);

    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""        | orrery.protocols.active='': No protocol is named. Valid names: http, akka.
          " "       | orrery.protocols.active=' ': No protocol is named. Valid names: http, akka.
          ","       | orrery.protocols.active=',': No protocol is named. Valid names: http, akka.
          grpc      | orrery.protocols.active='grpc': Unknown protocol 'grpc'. Valid names: http, akka.
          http,htpp | orrery.protocols.active='http,htpp': Unknown protocol 'htpp'. Valid names: http, akka.
          akka      | orrery.protocols.active names akka, which this build does not contain. Set orrery.protocols.active=http.
          http,AKKA | orrery.protocols.active names akka, which this build does not contain. Set orrery.protocols.active=http.
          """)
  void refusesInvalidActiveProtocols(String active, String message) {
    values.put("orrery.protocols.active", active);

    assertRefused(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {"akka|AKKA", "AKKA|", "\" Http , Akka ,\"|\" akka \"", "akka,http|http"})
  void acceptsAkkaAsActiveProtocolWherePackaged(String active, String main) {
    values.put("orrery.protocols.active", active);
    values.put("orrery.protocols.main", main);
    PreflightConfigCheck withAkka =
        new PreflightConfigCheck(
            SchedulerAliases.over(values::get, values::get), protocol -> true, DialectModule.all());

    assertThatCode(withAkka::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"orrery.powerjob.enabled", "ORRERY_POWERJOB_AKKA_PORT"})
  void refusesSettingsOfGatewayThatIsNotInBuild(String name) {
    List<WrittenSetting> written =
        List.of(
            new WrittenSetting(false, "orrery.protocols.active", "http"),
            new WrittenSetting(name.startsWith("ORRERY"), name, "1"));

    assertThatThrownBy(() -> settings.requireGateway(written))
        .isInstanceOf(StartupException.class)
        .hasMessage(
            name
                + " is set, but this build does not contain the gateway for PowerJob."
                + " Remove the setting, or use a build with the gateway.");
    PreflightConfigCheck withGateway =
        new PreflightConfigCheck(
            SchedulerAliases.over(values::get, values::get), protocol -> true, DialectModule.all());
    assertThatCode(() -> withGateway.requireGateway(written)).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"http", " HTTP "})
  void acceptsActiveProtocolAsMainProtocol(String main) {
    values.put("orrery.protocols.main", main);

    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""        | orrery.protocols.main='': No protocol is named. Valid names: http, akka.
          grpc      | orrery.protocols.main='grpc': Unknown protocol 'grpc'. Valid names: http, akka.
          http,akka | orrery.protocols.main='http,akka' names several protocols; set exactly one. Valid names: http, akka.
          "http,"   | orrery.protocols.main='http,' names several protocols; set exactly one. Valid names: http, akka.
          http,http | orrery.protocols.main='http,http' names several protocols; set exactly one. Valid names: http, akka.
          akka      | orrery.protocols.main=akka is not among the active protocols (orrery.protocols.active=http). Add it there, or set orrery.protocols.main to one of them.
          """)
  void refusesInvalidOrInactiveMainProtocol(String main, String message) {
    values.put("orrery.protocols.main", main);

    assertRefused(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          ""        | oms.transporter.active.protocols='': No protocol is named. Valid names: http, akka.
          tcp       | oms.transporter.active.protocols='tcp': Unknown protocol 'tcp'. Valid names: http, akka.
          AKKA      | oms.transporter.active.protocols names akka, which this build does not contain. Set oms.transporter.active.protocols=http.
          """)
  void refusesInvalidActiveProtocolsSetByPowerJobName(String active, String message) {
    values.put("oms.transporter.active.protocols", active);

    assertRefused(message);
  }

  @Test
  void refusesInactiveMainProtocolSetByPowerJobName() {
    values.put("oms.transporter.active.protocols", " HTTP ,");
    values.put("oms.transporter.main.protocol", "Akka");

    assertRefused(
        "oms.transporter.main.protocol=Akka is not among the active protocols"
            + " (oms.transporter.active.protocols=http). Add it there, or set"
            + " oms.transporter.main.protocol to one of them.");
  }

  @ParameterizedTest
  @ValueSource(strings = {"quarkus.datasource.jdbc.url", "spring.datasource.core.jdbc-url"})
  void refusesNonPostgresUrlWithoutShowingUrl(String name) {
    values.put(name, "jdbc:mysql://h/powerjob?password=secret");

    assertThatThrownBy(settings::check)
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith(name + " is not a URL of PostgreSQL")
        .hasMessageContaining("jdbc:postgresql:")
        .hasMessageNotContaining("secret");
  }

  @ParameterizedTest
  @CsvSource({
    "server.port, quarkus.http.port",
    "oms.transporter.active.protocols, orrery.protocols.active",
    "oms.transporter.main.protocol, orrery.protocols.main",
    "oms.http.port, orrery.protocols.http.port",
    "oms.akka.port, orrery.protocols.akka.port",
    "spring.datasource.core.jdbc-url, quarkus.datasource.jdbc.url",
    "spring.datasource.core.username, quarkus.datasource.username",
    "spring.datasource.core.password, quarkus.datasource.password"
  })
  void translatesPowerJobSettingNames(String theirs, String ours) {
    values.put(theirs, "x");

    assertThat(settings.get(ours)).isEqualTo("x");
    assertThat(SchedulerAliases.over(values::get, values::get).translated())
        .isEqualTo(Map.of(ours, "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "change-me-to-32-random-characters",
        " change-me-to-32-random-characters\n",
        "YOUR-ADMIN-TOKEN"
      })
  void refusesExampleValueAsAdminToken(String token) {
    values.put("orrery.security.admin-token", token);

    assertThatThrownBy(settings::check)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.security.admin-token is an example value")
        .hasMessageContaining("openssl rand -hex 32");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          true | -                                 | orrery.cluster.enabled needs orrery.cluster.secret
          TRUE | ' '                               | orrery.cluster.enabled needs orrery.cluster.secret
          yes  | ''                                | orrery.cluster.enabled needs orrery.cluster.secret
          true | YOUR-CLUSTER-SECRET               | orrery.cluster.secret is an example value
          true | change-me-to-32-random-characters | orrery.cluster.secret is an example value
          true | fifteen-letters                   | orrery.cluster.secret is shorter than 16 characters
          """)
  void refusesClusterModeWithoutValidSecret(String enabled, String secret, String message) {
    values.put("orrery.cluster.enabled", enabled);
    values.put("orrery.cluster.secret", secret);

    assertThatThrownBy(settings::check)
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith(message)
        .hasMessageContaining("ORRERY_CLUSTER_SECRET")
        .hasMessageContaining("openssl rand -hex 32");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"-, -", "false, -", "false, short", "true, sixteen--letters"})
  void requiresNoClusterSecretWithoutClusterMode(String enabled, String secret) {
    values.put("orrery.cluster.enabled", enabled);
    values.put("orrery.cluster.secret", secret);

    assertThatCode(settings::check).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"abc", "0123456789abcde"})
  void refusesShortAdminToken(String token) {
    values.put("orrery.security.admin-token", token);

    assertRefused(
        "orrery.security.admin-token is shorter than 16 characters. Set a random one, for example"
            + " the output of: openssl rand -hex 32");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"four words and a 4", "zwölf-und-noch-vier", "two-lines-of-a\n-token-of-mine"})
  void refusesNonAsciiAdminTokenWithoutPrintingToken(String token) {
    values.put("orrery.security.admin-token", token);

    assertThatThrownBy(settings::check)
        .isInstanceOf(StartupException.class)
        .hasMessageStartingWith("orrery.security.admin-token must be printable ASCII characters")
        .hasMessageContaining("openssl rand -hex 32")
        .hasMessageNotContaining(token);
  }

  @Test
  void acceptsValidAdminToken() {
    values.put("orrery.security.admin-token", "0123456789abcdef");

    assertThatCode(settings::check).doesNotThrowAnyException();
    assertThatCode(settings::requireAdminToken).doesNotThrowAnyException();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", "  "})
  void requiresAdminTokenForExternalDatabase(String token) {
    values.put("orrery.security.admin-token", token);

    assertThatThrownBy(settings::requireAdminToken)
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("orrery.security.admin-token")
        .hasMessageContaining("ORRERY_SECURITY_ADMIN_TOKEN");
  }

  @Test
  void treatsBlankSettingAsAbsentAndTrimsValues() {
    values.put("blank", " \t");
    values.put("padded", " x ");

    assertThat(settings.get("absent")).isNull();
    assertThat(settings.get("blank")).isNull();
    assertThat(settings.get("padded")).isEqualTo("x");
  }

  @ParameterizedTest
  @CsvSource({
    "false, false, orrery.database.embedded is false",
    "FALSE, true, orrery.database.embedded is false",
    "true, true, native builds have none embedded"
  })
  void requiresDatabaseUrlWithoutEmbeddedDatabase(
      String embedded, boolean nativeBuild, String reason) {
    values.put("orrery.database.embedded", embedded);

    assertThatThrownBy(() -> settings.requireEmbedded(nativeBuild))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining(reason)
        .hasMessageContaining("Set quarkus.datasource.jdbc.url");
  }

  @Test
  void usesEmbeddedDatabaseByDefault() {
    assertThatCode(() -> settings.requireEmbedded(false)).doesNotThrowAnyException();
  }

  private void assertRefused(String message) {
    assertThatThrownBy(settings::check).isInstanceOf(StartupException.class).hasMessage(message);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {"-,-,-", "false,-,-", "true,-,5s", "true,0s,-", "-,3s,-"})
  void delaysShutdownInClusterModeUnlessConfiguredOtherwise(
      String clusterMode, String delay, String chosen) {
    values.put("orrery.cluster.enabled", clusterMode);
    values.put("orrery.shutdown.delay", delay);

    assertThat(settings.shutdownDelay()).isEqualTo(chosen);
  }

  @Test
  void refusesDatabaseCredentialsWithoutUrlAndNamesSettings() {
    values.put("quarkus.datasource.password", "s3cr3t");
    assertNoExternalMeant(
        "QUARKUS_DATASOURCE_PASSWORD is set, but quarkus.datasource.jdbc.url (environment:"
            + " QUARKUS_DATASOURCE_JDBC_URL) is not. Set that one, or unset"
            + " QUARKUS_DATASOURCE_PASSWORD for the embedded database.",
        new WrittenSetting(true, "QUARKUS_DATASOURCE_PASSWORD", "s3cr3t"));

    values.put("spring.datasource.core.username", "orrery");
    assertNoExternalMeant(
        "spring.datasource.core.username and quarkus.datasource.password are set, but"
            + " quarkus.datasource.jdbc.url (environment: QUARKUS_DATASOURCE_JDBC_URL) is not. Set"
            + " that one, or unset spring.datasource.core.username and quarkus.datasource.password"
            + " for the embedded database.");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesMisspeltDatabaseUrlSetting(boolean withPassword) {
    if (withPassword) {
      values.put("quarkus.datasource.password", "s3cr3t");
    }
    assertNoExternalMeant(
        "QUARKUS_DATASOURCE_JDBC_UR is not a known setting, and without quarkus.datasource.jdbc.url"
            + " there is no external database. Did you mean QUARKUS_DATASOURCE_JDBC_URL?",
        new WrittenSetting(true, "QUARKUS_DATASOURCE_JDBC_UR", "jdbc:postgresql://h/d"));
  }

  @Test
  void ignoresBlankCredentialsAndUnrelatedMisspeltSettings() {
    values.put("quarkus.datasource.password", " ");

    assertThatCode(
            () ->
                settings.requireNoExternalMeant(
                    List.of(
                        new WrittenSetting(true, "QUARKUS_DATASOURCE_PASSWORD", " "),
                        new WrittenSetting(true, "QUARKUS_MANAGEMENT_PRT", "9101"))))
        .doesNotThrowAnyException();
  }

  private void assertNoExternalMeant(String message, WrittenSetting... written) {
    assertThatThrownBy(() -> settings.requireNoExternalMeant(List.of(written)))
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
  }
}
