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
import java.util.OptionalInt;

/**
 * The settings of all programs, from {@code settings.txt}, which a test keeps equal to the
 * configuration mappings.
 */
final class KnownSettings {
  private static final String FILE = "settings.txt";
  private static final String PREFIX = "orrery_";

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

  /** Program, key, type (with a question mark if the setting is optional) and meaning. */
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

  /** Of any program: several of them may be started in one environment. */
  boolean has(WrittenSetting written, String name) {
    return all.stream()
        .anyMatch(
            setting ->
                written.inEnvironment() ? setting.isVariable(name) : setting.isProperty(name));
  }

  /** What may have been meant, the likeliest first; those of this program go before the others. */
  List<Setting> near(String name, Program program) {
    List<String> words = words(name);
    record Near(Setting setting, int distance) {}
    List<Near> near = new ArrayList<>();
    for (Setting setting : all) {
      OptionalInt distance = Spelling.distance(words, words(setting.key()));
      if (distance.isPresent()) {
        near.add(new Near(setting, distance.getAsInt()));
      }
    }
    near.sort(
        Comparator.comparingInt(Near::distance)
            .thenComparing(found -> found.setting().program() != program));
    return near.stream().map(Near::setting).toList();
  }

  private static List<String> words(String name) {
    String variable = Setting.variable(Setting.withoutIndex(name)).toLowerCase(Locale.ROOT);
    return Arrays.stream(variable.substring(PREFIX.length()).split("_"))
        .filter(word -> !word.isEmpty())
        .toList();
  }
}
