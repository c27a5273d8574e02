package dev.orrery.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsCheckTest {
  private static final String WORKER_TOKEN = "s3cr3t-of-a-worker";

  @Test
  void refusesMisspelledVariableAndSuggestsNearestSetting() {
    assertThat(refusal(Program.AGENT, variable("ORRERY_WORKER_CAPACTY", "50")))
        .isEqualTo(
            "ORRERY_WORKER_CAPACTY='50' is not a setting. Did you mean ORRERY_WORKER_CAPACITY?"
                + " Maximum attempts that run at once, 1 to 500.");
  }

  @Test
  void refusesMisspelledPropertyAndSuggestsNearestKey() {
    assertThat(refusal(Program.AGENT, property("orrery.worker.capacty", "50")))
        .isEqualTo(
            "orrery.worker.capacty='50' is not a setting. Did you mean orrery.worker.capacity?"
                + " Maximum attempts that run at once, 1 to 500.");
  }

  @ParameterizedTest
  @CsvSource({
    "ORRERY_WORKER_CAPACTY,             orrery.worker.capacity",
    "ORRERY_WORKER_CAPACITIES,          orrery.worker.capacity",
    "ORRERY_WOKRER_CAPACITY,            orrery.worker.capacity",
    "ORRERY_CAPACITY,                   orrery.worker.capacity",
    "ORRERY_AGENT_WORKER_CAPACITY,      orrery.worker.capacity",
    "ORRERY_WORKER_PLUGINDIR,           orrery.worker.plugin-dir",
    "ORRERY_WORKER_TAG,                 orrery.worker.tags",
    "ORRERY_WORKER_SERVERS,             orrery.worker.server",
    "ORRERY_WORKER_DRAINTIMEOUT,        orrery.worker.drain-timeout",
    "ORRERY_WORKER_PROTOCOLL,           orrery.worker.protocol",
    "ORRERY_SESSION_LEESE,              orrery.session.lease",
    "ORRERY_SESION_LEASE,               orrery.session.lease",
    "ORRERY_LEASE,                      orrery.session.lease",
    "ORRERY_PROTOCOL_ACTIVE,            orrery.protocols.active",
    "ORRERY_PROTOCOLS_HTTP_PROT,        orrery.protocols.http.port",
    "ORRERY_PROTOCOLS_AKKA_ADVERTISEDHOST, orrery.protocols.akka.advertised-host",
    "ORRERY_RETENTION_HISTROY,          orrery.retention.history",
    "ORRERY_RETENTION_HISTORY_PRE_JOB,  orrery.retention.history-per-job",
    "ORRERY_DATABSE_EMBEDED,            orrery.database.embedded",
    "ORRERY_DATADIR,                    orrery.data-dir",
    "ORRERY_NOTIFICATION_ALLOWED_NETWORK, orrery.notifications.allowed-networks",
    "ORRERY_SHUTDOWN_DELLAY,            orrery.shutdown.delay",
    "ORRERY_CLUSTER_ENABLE,             orrery.cluster.enabled",
    "ORRERY_CLUSTER_SECRT,              orrery.cluster.secret",
    "ORRERY_ADMIN_TOKEN,                orrery.security.admin-token",
    "ORRERY_WORKER_KILL_GRACE,          orrery.worker.kill-grace-period",
    "ORRERY_WORKER_TOKN,                orrery.worker.token",
  })
  void suggestsIntendedSettingForMisspelling(String written, String meant) {
    assertThat(refusal(Program.SCHEDULER, variable(written, "x")))
        .contains("Did you mean " + Setting.variable(meant));
    String property = written.replaceFirst("ORRERY_", "orrery.").toLowerCase(Locale.ROOT);
    assertThat(refusal(Program.AGENT, property(property, "x"))).contains("Did you mean " + meant);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ORRERY_PLACE",
        "ORRERY_WORKER",
        "ORRERY_WORKER_MAX_JOBS",
        "ORRERY_WORKER_FOO",
        "ORRERY_X",
        "ORRERY__"
      })
  void warnsOfVariableThatResemblesNoSetting(String name) {
    assertThat(warnings(Program.AGENT, variable(name, "x")))
        .containsExactly(
            name
                + "='x' is not a setting. Ignoring this variable of the environment; unset it if no"
                + " other program needs it. See docs/configuration.md for the known settings.");
  }

  @Test
  void refusesPropertyThatResemblesNoSetting() {
    assertThat(refusal(Program.AGENT, property("orrery.place", "x")))
        .isEqualTo(
            "orrery.place='x' is not a setting. See docs/configuration.md for the known settings.");
  }

  @Test
  void refusesOnlyMisspellingsAmongUnknownVariables() {
    assertThat(
            refusal(
                Program.AGENT,
                variable("ORRERY_PLACE", "x"),
                variable("ORRERY_WORKER_CAPACTY", "50")))
        .startsWith("ORRERY_WORKER_CAPACTY='50'")
        .doesNotContain("ORRERY_PLACE");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ORRERY_WORKER_TOKN",
        "ORRERY_WORKR_TOKEN",
        "ORRERY_CLUSTER_SECRT",
        "ORRERY_ADMIN_TOKEN",
        "orrery.worker.tokn",
        "orrery.api-key"
      })
  void hidesValuesOfSecrets(String name) {
    boolean inEnvironment = !name.contains(".");
    assertThat(refusal(Program.AGENT, new WrittenSetting(inEnvironment, name, WORKER_TOKEN)))
        .startsWith(name + "=(hidden) is not a setting.")
        .doesNotContain(WORKER_TOKEN);
  }

  @Test
  void hidesValueOfIgnoredSecret() {
    assertThat(warnings(Program.AGENT, variable("ORRERY_MY_PASSWORD", WORKER_TOKEN)))
        .singleElement()
        .asString()
        .startsWith("ORRERY_MY_PASSWORD=(hidden) is not a setting.")
        .doesNotContain(WORKER_TOKEN);
  }

  @ParameterizedTest
  @CsvSource({
    "orrery.database.url, jdbc:postgresql://h/db?user=u&password=PASSWORD",
    "ORRERY_DATABASE_URL, postgresql://u:PASSWORD@h/db",
    "ORRERY_WORKER_SERVERS, http://u:PASSWORD@h",
    "orrery.place, 4PASSWORD4567890123456",
    "orrery.place, orrery_PASSWORD",
  })
  void masksPasswordsInSettingValues(String name, String value) {
    assertThat(
            refusal(Program.AGENT, new WrittenSetting(!name.contains("."), name, value))
                + refusal(Program.AGENT, Map.of("orrery.worker.capacity", value)))
        .contains("is not a setting", "must be a whole number")
        .doesNotContain("PASSWORD");
  }

  @Test
  void masksPasswordBeyondTheTruncationLimit() {
    assertThat(
            refusal(
                Program.AGENT,
                property("orrery.place", "http://u:PASSWORD" + "x".repeat(200) + "@h")))
        .contains("'http://***@h'");
  }

  @Test
  void reportsEveryUnknownSettingOnItsOwnLine() {
    assertThat(
            refusal(
                    Program.AGENT,
                    variable("ORRERY_WORKER_TAG", "eu"),
                    property("orrery.worker.capacty", "50"),
                    variable("ORRERY_WORKER_CAPACITY", "50"))
                .lines())
        .satisfiesExactly(
            first -> assertThat(first).startsWith("ORRERY_WORKER_TAG='eu'"),
            second -> assertThat(second).startsWith("orrery.worker.capacty='50'"));
  }

  @Test
  void printsValueWithLineBreaksOnOneLine() {
    assertThat(refusal(Program.AGENT, property("orrery.place", "a\nb" + "c".repeat(200))))
        .hasLineCount(1)
        .contains("'a bccc")
        .contains("ccc…'");
  }

  @Test
  void namesProgramWhoseSettingWasProbablyMeant() {
    assertThat(refusal(Program.AGENT, variable("ORRERY_SESSION_LEESE", "20s")))
        .contains("Did you mean ORRERY_SESSION_LEASE of the scheduler service?");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          COMMAND_LINE | ORRERY_ULR           | ORRERY_URL?
          COMMAND_LINE | ORRERY_TOKN          | ORRERY_TOKEN?
          COMMAND_LINE | ORRERY_AP            | ORRERY_APP?
          COMMAND_LINE | ORRERY_WORKER_TOKN   | ORRERY_WORKER_TOKEN of the worker agent?
          COMMAND_LINE | ORRERY_PORT          | QUARKUS_HTTP_PORT of the scheduler service?
          AGENT        | ORRERY_TOKN          | ORRERY_WORKER_TOKEN?
          AGENT        | ORRERY_AP            | ORRERY_WORKER_APP?
          AGENT        | ORRERY_ULR           | ORRERY_URL of the command line?
          AGENT        | ORRERY_PORT          | QUARKUS_HTTP_PORT of the scheduler service?
          AGENT        | ORRERY_AGENT_NAME    | ORRERY_WORKER_NAME?
          AGENT        | ORRERY_AGENT_NAM     | ORRERY_WORKER_NAME?
          SCHEDULER    | ORRERY_TOKN          | ORRERY_TOKEN of the command line?
          SCHEDULER    | ORRERY_ADMIN_TOKN    | ORRERY_SECURITY_ADMIN_TOKEN?
          SCHEDULER    | ORRERY_PORT          | QUARKUS_HTTP_PORT?
          SCHEDULER    | ORRERY_API_PORT      | QUARKUS_HTTP_PORT?
          SCHEDULER    | ORRERY_AGENT_NAME    | ORRERY_WORKER_NAME of the worker agent?
          """)
  void prefersVariableOfTheSameProgramInSuggestions(Program program, String written, String meant) {
    assertThat(refusal(program, variable(written, "x"))).contains("Did you mean " + meant);
  }

  @ParameterizedTest
  @CsvSource({
    "orrery.agent.name, orrery.worker.name?",
    "orrery.port, quarkus.http.port of the scheduler service?",
    "orrery.tokn, orrery.worker.token?"
  })
  void suggestsNoCommandLineVariableForProperty(String written, String meant) {
    assertThat(refusal(Program.AGENT, property(written, "x"))).contains("Did you mean " + meant);
    assertThat(refusal(Program.AGENT, property("orrery.ulr", "x"))).doesNotContain("ORRERY_URL");
  }

  @ParameterizedTest
  @EnumSource
  void knowsEverySettingOfAllPrograms(Program program) {
    List<Setting> all =
        Arrays.stream(Program.values())
            .map(KnownSettings.read()::of)
            .flatMap(List::stream)
            .toList();
    assertThat(all).hasSizeGreaterThan(50);
    for (Setting setting : all) {
      accepted(program, variable(Setting.variable(setting.key()), "x"));
      accepted(program, property(setting.key(), "x"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orrery.worker.tags[0]",
        "%prod.orrery.worker.capacity",
        "%dev.orrery.data-dir",
        "quarkus.http.port",
        "orreryx.y",
        "my.orrery.worker.capacty"
      })
  void acceptsIndexedProfiledAndUnrelatedProperties(String name) {
    accepted(Program.AGENT, property(name, "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ORRERY_WORKER_TAGS_0_",
        "_PROD_ORRERY_WORKER_CAPACITY",
        "orrery_worker_capacity",
        "orrery.worker.capacity",
        "PATH",
        "MY_ORRERY_WORKER_CAPACTY"
      })
  void acceptsAlternativeSpellingsAndUnrelatedVariables(String name) {
    accepted(Program.AGENT, variable(name, "x"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "orrery.worker.Capacity",
        "ORRERY_WORKER_CAPACITY",
        "orrery.worker_capacity",
        "%prod.orrery.worker.capacty",
        "orrery.worker.capacity[0]"
      })
  void refusesPropertySpellingsThatAreNeverRead(String name) {
    assertThat(refusal(Program.AGENT, property(name, "50")))
        .startsWith(name + "='50'")
        .contains("Did you mean orrery.worker.capacity?");
  }

  @ParameterizedTest
  @CsvSource({
    "ORRERY_HTTP_SERVICE_HOST,             10.0.0.1",
    "ORRERY_HTTP_SERVICE_PORT,             10010",
    "ORRERY_HTTP_SERVICE_PORT_WORKERS,     10010",
    "ORRERY_HTTP_PORT,                     tcp://10.0.0.1:10010",
    "ORRERY_HTTP_PORT_10010_TCP,           tcp://10.0.0.1:10010",
    "ORRERY_HTTP_PORT_10010_TCP_PROTO,     tcp",
    "ORRERY_HTTP_PORT_10010_TCP_PORT,      10010",
    "ORRERY_HTTP_PORT_10010_TCP_ADDR,      10.0.0.1",
    "ORRERY_SERVICE_HOST,                  10.0.0.1",
    "ORRERY_PORT,                          tcp://10.0.0.1:7700",
    "ORRERY_PORT_7700_TCP,                 tcp://10.0.0.1:7700",
  })
  void acceptsKubernetesServiceVariables(String name, String value) {
    accepted(Program.AGENT, variable(name, value));
    accepted(Program.SCHEDULER, variable(name, value));
  }

  @Test
  void refusesPortVariableOutsideKubernetesServiceFormat() {
    assertThat(refusal(Program.AGENT, variable("ORRERY_HTTP_PORT", "10010")))
        .contains("Did you mean ORRERY_PROTOCOLS_HTTP_PORT of the scheduler service?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ORRERY_URL",
        "ORRERY_TOKEN",
        "ORRERY_APP",
        "ORRERY_DEBUG",
        "ORRERY_JOB",
        "ORRERY_INSTANCE_ID",
        "ORRERY_PARAM_REGION",
        "ORRERY_SECRET_DB_PASSWORD",
        "ORRERY_HOME",
        "ORRERY_WORKER_DECLARE_TOKEN",
        "ORRERY_WORKER_FAIL_FAST",
        "ORRERY_WORKER_NAMED_BILLING_TOKEN"
      })
  void acceptsVariablesOfOtherPrograms(String name) {
    accepted(Program.AGENT, variable(name, "x"));
    accepted(Program.SCHEDULER, variable(name, "x"));
    assertThat(refusal(Program.AGENT, property(name, "x"))).contains("is not a setting");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          orrery.worker.capacity       | many  | must be a whole number. Maximum attempts that run at once, 1 to 500.
          orrery.worker.capacity       | 20.5  | must be a whole number.
          orrery.worker.kill-grace-period     | 30x   | must be a duration such as 30s, 5m, 2h or PT30S. Time that a stopped attempt
          """)
  void refusesValueOfWrongTypeAndQuotesTheValue(String key, String value, String says) {
    assertThat(refusal(Program.AGENT, Map.of(key, value)))
        .startsWith(key + "='" + value + "': the value ")
        .contains(says);
  }

  @Test
  void refusesBooleanThatIsNeitherTrueNorFalse() {
    assertThat(refusal(Program.SCHEDULER, Map.of("orrery.cluster.enabled", "ture")))
        .startsWith("orrery.cluster.enabled='ture': the value must be true or false. ");
    for (String value : List.of("true", "FALSE", "1", "no", " on ")) {
      assertThatCode(() -> check(Program.SCHEDULER, Map.of("orrery.cluster.enabled", value)))
          .doesNotThrowAnyException();
    }
  }

  @Test
  void refusesEmptyValueOfRequiredSetting() {
    assertThat(refusal(Program.SCHEDULER, Map.of("orrery.session.lease", "")))
        .startsWith(
            "orrery.session.lease is empty. Set it to a duration such as 30s, 5m, 2h or PT30S, or"
                + " leave it out. ");
    assertThatCode(() -> check(Program.SCHEDULER, Map.of("orrery.shutdown.delay", "")))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", " , ,"})
  void refusesEmptyListForRequiredSetting(String value) {
    assertThat(refusal(Program.AGENT, Map.of("orrery.worker.processors", value)))
        .startsWith(
            "orrery.worker.processors is empty. Set it to values separated by commas, or leave it"
                + " out. Processors that this agent offers: noop, http, java");
    assertThatCode(() -> check(Program.AGENT, Map.of("orrery.worker.tags", value)))
        .doesNotThrowAnyException();
  }

  @Test
  void explainsKubernetesAddressGivenAsPort() {
    assertThat(refusal(Program.AGENT, Map.of("orrery.worker.akka.port", "tcp://10.0.0.1:80")))
        .contains("must be a whole number. Kubernetes")
        .endsWith("set enableServiceLinks: false in the pod.");
  }

  @Test
  void reportsInvalidValueUnderItsPowerJobName() {
    SettingAlias alias =
        new SettingAlias("orrery.worker.akka.port", "powerjob.worker.port", SettingKind.TEXT);
    Map<String, String> settings = new HashMap<>(Map.of("powerjob.worker.port", "many"));
    AliasedSettings given = new AliasedSettings(List.of(alias), settings::get, settings::get);
    StartupException refusal =
        catchThrowableOfType(
            StartupException.class, () -> newCheck(Program.AGENT).check(List.of(), given));
    assertThat(refusal).hasMessageStartingWith("powerjob.worker.port='many': ");

    settings.put("powerjob.worker.port", "");
    assertThatCode(() -> newCheck(Program.AGENT).check(List.of(), given))
        .doesNotThrowAnyException();
  }

  private static WrittenSetting variable(String name, String value) {
    return new WrittenSetting(true, name, value);
  }

  private static WrittenSetting property(String name, String value) {
    return new WrittenSetting(false, name, value);
  }

  private static void accepted(Program program, WrittenSetting written) {
    assertThat(warnings(program, written)).as(written.name()).isEmpty();
  }

  private static List<String> warnings(Program program, WrittenSetting... written) {
    return newCheck(program).check(List.of(written), given(Map.of()));
  }

  private static String refusal(Program program, WrittenSetting... written) {
    StartupException refusal =
        catchThrowableOfType(StartupException.class, () -> warnings(program, written));
    assertThat(refusal).as("%s", Arrays.asList(written)).isNotNull();
    return refusal.getMessage();
  }

  private static String refusal(Program program, Map<String, String> settings) {
    StartupException refusal =
        catchThrowableOfType(StartupException.class, () -> check(program, settings));
    assertThat(refusal).as("%s", settings).isNotNull();
    return refusal.getMessage();
  }

  private static void check(Program program, Map<String, String> settings) {
    newCheck(program).check(List.of(), given(settings));
  }

  private static SettingsCheck newCheck(Program program) {
    return new SettingsCheck(program, value -> value.matches("\\d+s"));
  }

  private static AliasedSettings given(Map<String, String> settings) {
    UnaryOperator<String> written = settings::get;
    return new AliasedSettings(List.of(), written, written);
  }
}
