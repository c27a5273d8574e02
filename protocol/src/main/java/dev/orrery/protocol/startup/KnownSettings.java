package dev.orrery.protocol.startup;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The list of settings of all programs, read from {@code settings.txt}. A test keeps that file
 * equal to the configuration mappings.
 */
final class KnownSettings {
  private static final String FILE = "settings.txt";
  private static final String PREFIX = "orrery_";

  /** Other words that users write as the first part of a key. */
  private static final Map<String, String> SYNONYMS = Map.of("agent", "worker");

  /** Names of the API port in other servers. Here the port is a Quarkus setting. */
  private static final Set<List<String>> NAMES_OF_API_PORT =
      Set.of(
          List.of("port"),
          List.of("api", "port"),
          List.of("server", "port"),
          List.of("scheduler", "port"));

  private static final Setting API_PORT =
      new Setting(
          Program.SCHEDULER,
          "quarkus.http.port",
          SettingType.WHOLE_NUMBER,
          false,
          "Port of the REST API; default: 7700.");

  private final List<Setting> all;

  KnownSettings(List<Setting> all) {
    this.all = List.copyOf(all);
  }

  static KnownSettings read() {
    try (InputStream file = KnownSettings.class.getResourceAsStream(FILE);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      return new KnownSettings(
          lines.lines().filter(line -> !line.startsWith("#")).map(KnownSettings::parse).toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Reads a line: program, key, type (with a question mark if the setting is optional) and meaning.
   */
  private static Setting parse(String line) {
    String[] parts = line.split(" ", 4);
    boolean optional = parts[2].endsWith("?");
    String type = optional ? parts[2].substring(0, parts[2].length() - 1) : parts[2];
    return new Setting(
        Program.valueOf(parts[0].toUpperCase(Locale.ROOT)),
        parts[1],
        SettingType.valueOf(type.toUpperCase(Locale.ROOT)),
        optional,
        parts[3]);
  }

  List<Setting> of(Program program) {
    return all.stream().filter(setting -> setting.program() == program).toList();
  }

  /**
   * Returns true if any program has the setting, because several programs may share an environment.
   */
  boolean has(WrittenSetting written, String name) {
    return all.stream()
        .anyMatch(
            setting ->
                written.inEnvironment() ? setting.isVariable(name) : setting.isProperty(name));
  }

  /**
   * Returns similar settings, the most similar first; this program's settings come first among
   * equals.
   */
  List<Setting> near(WrittenSetting written, String name, Program program) {
    List<String> words = words(name);
    if (NAMES_OF_API_PORT.contains(words)) {
      return List.of(API_PORT);
    }
    List<Near> near = near(words, all);
    near.sort(Near.orderFor(program));
    if (written.isVariable() && (near.isEmpty() || !near.get(0).isOf(program))) {
      near.addAll(near(words, ForeignVariables.COMMAND_LINE));
      near.sort(Near.orderFor(program));
    }
    return near.stream().map(Near::setting).toList();
  }

  private static List<Near> near(List<String> words, List<Setting> known) {
    List<String> withoutSynonym = new ArrayList<>(words);
    if (!words.isEmpty()) {
      withoutSynonym.set(0, SYNONYMS.getOrDefault(words.get(0), words.get(0)));
    }
    List<Near> near = new ArrayList<>();
    for (Setting setting : known) {
      Stream.of(words, withoutSynonym)
          .map(form -> Spelling.distance(form, words(setting.key())))
          .flatMapToInt(OptionalInt::stream)
          .min()
          .ifPresent(distance -> near.add(new Near(setting, distance)));
    }
    return near;
  }

  private record Near(Setting setting, int distance) {
    static Comparator<Near> orderFor(Program program) {
      return Comparator.comparingInt(Near::distance).thenComparing(found -> !found.isOf(program));
    }

    boolean isOf(Program program) {
      return setting.program() == program;
    }
  }

  private static List<String> words(String name) {
    String variable = Setting.variable(Setting.withoutIndex(name)).toLowerCase(Locale.ROOT);
    return Arrays.stream(variable.substring(PREFIX.length()).split("_"))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
