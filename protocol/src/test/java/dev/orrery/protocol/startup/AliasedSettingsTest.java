package dev.orrery.protocol.startup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.orrery.protocol.startup.AliasedSettings.Given;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AliasedSettingsTest {
  private static final List<SettingAlias> ALIASES =
      List.of(
          new SettingAlias("our.name", "their.name", SettingKind.TEXT),
          new SettingAlias("our.protocols", "their.protocols", SettingKind.PROTOCOLS),
          new SettingAlias("our.servers", "their.servers", SettingKind.SERVERS),
          new SettingAlias("our.secret", "their.secret", SettingKind.SECRET));

  private final Map<String, String> byUser = new HashMap<>();
  private final Map<String, String> defaults = new HashMap<>();
  private final AliasedSettings settings = new AliasedSettings(ALIASES, this::written, byUser::get);

  private String written(String key) {
    return byUser.getOrDefault(key, defaults.get(key));
  }

  @Test
  void returnsNullOrDefaultForUnsetSetting() {
    defaults.put("our.protocols", "http");

    assertThat(settings.given("our.name")).isEqualTo(new Given("our.name", null));
    assertThat(settings.given("our.protocols")).isEqualTo(new Given("our.protocols", "http"));
    assertThat(settings.translated()).isEmpty();
  }

  @Test
  void masksUrlPasswordInConflictMessage() {
    SettingAlias servers = new SettingAlias("our.server", "their.server", SettingKind.SERVERS);

    assertThatThrownBy(() -> servers.requireSame("http://u:PASSWORD@a", "http://u:PASSWORD@b"))
        .isInstanceOf(StartupException.class)
        .hasMessageContaining("our.server='http://***@a' and their.server='http://***@b'");
  }

  @Test
  void prefersAliasToDefaultAndKeepsAliasName() {
    defaults.put("our.name", "default");
    byUser.put("their.name", " x ");

    assertThat(settings.given("our.name")).isEqualTo(new Given("their.name", " x "));
    assertThat(settings.translated()).isEqualTo(Map.of("our.name", "x"));
  }

  @Test
  void returnsBlankAliasUntranslated() {
    byUser.put("their.protocols", " ");

    assertThat(settings.given("our.protocols")).isEqualTo(new Given("their.protocols", " "));
    assertThat(settings.translated()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          name      | x         | " x "
          protocols | http      | HTTP
          protocols | http,akka | " HTTP , Akka, "
          servers   | "http://a:1, http://b:2" | a:1,b:2,
          secret    | s         | s
          """)
  void acceptsEquivalentValuesInDifferentSpelling(String what, String ours, String theirs) {
    byUser.put("our." + what, ours);
    byUser.put("their." + what, theirs);

    assertThat(settings.translated()).isEmpty();
    assertThat(settings.given("our." + what)).isEqualTo(new Given("our." + what, ours));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      textBlock =
          """
          name      | x    | y         | our.name='x' and their.name='y' are two names of one setting with different values. Set only one of them.
          name      | x    | ""        | our.name='x' and their.name='' are two names of one setting with different values. Set only one of them.
          protocols | http | AKKA      | our.protocols='http' and their.protocols='AKKA' are two names of one setting with different values. Set only one of them. Valid names: http, akka.
          protocols | http | akka,http | our.protocols='http' and their.protocols='akka,http' are two names of one setting with different values. Set only one of them. Valid names: http, akka.
          protocols | ""   | http      | our.protocols='' and their.protocols='http' are two names of one setting with different values. Set only one of them. Valid names: http, akka.
          protocols | http | tcp       | our.protocols='http' and their.protocols='tcp' are two names of one setting with different values. Set only one of them. Valid names: http, akka.
          servers   | http://a:1 | a:2 | our.servers='http://a:1' and their.servers='a:2' are two names of one setting with different values. Set only one of them.
          secret    | s    | t         | our.secret=(hidden) and their.secret=(hidden) are two names of one setting with different values. Set only one of them.
          """)
  void refusesDifferentValuesOfSettingAndAlias(
      String what, String ours, String theirs, String message) {
    byUser.put("our." + what, ours);
    byUser.put("their." + what, theirs);

    assertThatThrownBy(settings::translated)
        .isInstanceOf(StartupException.class)
        .hasMessage(message);
  }

  @Test
  void addsMissingSchemeToAliasedAddresses() {
    byUser.put("their.servers", " a:7700 ,https://b:1,");

    assertThat(settings.translated()).isEqualTo(Map.of("our.servers", "http://a:7700,https://b:1"));
  }
}
