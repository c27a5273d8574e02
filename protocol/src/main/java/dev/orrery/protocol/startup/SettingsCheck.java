package dev.orrery.protocol.startup;

import dev.orrery.protocol.startup.AliasedSettings.Given;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.UrlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Rejects unknown settings, and values of the wrong type. All names that begin with {@code orrery.}
 * or {@code ORRERY_} count as settings, in any source. Only a variable of the environment that
 * resembles no setting is accepted with a warning, because it may belong to another program.
 */
public final class SettingsCheck {
  /** Matches the profile of the setting, if any, and the name. */
  private static final Pattern NAME =
      Pattern.compile("(%[^.]+\\.|_[A-Z0-9]+_)?(orrery[._].*)", Pattern.CASE_INSENSITIVE);

  /** Matches a token, or the output of a password generator. */
  private static final Pattern RANDOM =
      Pattern.compile("orrery_.*|(?=.*\\d)(?=.*[a-zA-Z])[\\w+/=-]{20,}");

  private static final String HIDDEN = "(hidden)";
  private static final int SETTING = 2;
  private static final int MAX_SHOWN = 100;

  private final Program program;
  private final Predicate<String> isDuration;
  private final KnownSettings known;

  public SettingsCheck(Program program, Predicate<String> isDuration) {
    this(program, isDuration, KnownSettings.read());
  }

  SettingsCheck(Program program, Predicate<String> isDuration, KnownSettings known) {
    this.program = program;
    this.isDuration = isDuration;
    this.known = known;
  }

  public static boolean isOurs(String name) {
    return NAME.matcher(name).matches();
  }

  /** A name that is no setting; similar to a setting if it may be a misspelling. */
  private record Unknown(String line, boolean resemblesSetting, boolean inEnvironment) {
    boolean isAccepted() {
      return inEnvironment && !resemblesSetting;
    }
  }

  /**
   * @param written the settings of all sources; names of other programs are ignored
   * @param given the same settings by key, as the program will read them
   * @return one line for each variable of the environment that is ignored
   * @throws StartupException with one line for each rejected setting
   */
  public List<String> check(Collection<WrittenSetting> written, AliasedSettings given) {
    List<Unknown> unknown = allUnknown(written).toList();
    List<String> refused =
        new ArrayList<>(lines(unknown.stream().filter(found -> !found.isAccepted())));
    for (Setting setting : known.of(program)) {
      unreadable(setting, given.given(setting.key())).ifPresent(refused::add);
    }
    if (!refused.isEmpty()) {
      throw new StartupException(String.join("\n", refused));
    }
    return lines(unknown.stream());
  }

  /**
   * Returns one line for each unknown setting.
   *
   * @param written the settings of all sources; names of other programs are ignored
   */
  public List<String> unknown(Collection<WrittenSetting> written) {
    return lines(allUnknown(written));
  }

  private Stream<Unknown> allUnknown(Collection<WrittenSetting> written) {
    return written.stream().map(this::unknown).flatMap(Optional::stream);
  }

  private static List<String> lines(Stream<Unknown> unknown) {
    return unknown.map(Unknown::line).sorted().distinct().toList();
  }

  private Optional<Unknown> unknown(WrittenSetting written) {
    Matcher name = NAME.matcher(written.name());
    if (!name.matches()
        || known.has(written, name.group(SETTING))
        || (written.inEnvironment()
            && ForeignVariables.isForeign(name.group(SETTING), written.value()))) {
      return Optional.empty();
    }
    List<Setting> near = known.near(written, name.group(SETTING), program);
    boolean secret =
        SecretNames.looksSecret(written.name()) || near.stream().anyMatch(Setting::isSecret);
    String line =
        written.name()
            + "="
            + (secret ? HIDDEN : shown(written.value()))
            + " is not a setting. "
            + (near.isEmpty() ? advice(written) : suggestion(written, near.get(0)));
    return Optional.of(new Unknown(line, !near.isEmpty(), written.inEnvironment()));
  }

  private static String advice(WrittenSetting written) {
    String known = "See docs/configuration.md for the known settings.";
    return written.inEnvironment()
        ? "Ignoring this variable of the environment; unset it if no other program needs it. "
            + known
        : known;
  }

  private String suggestion(WrittenSetting written, Setting setting) {
    return "Did you mean "
        + (written.isVariable() ? Setting.variable(setting.key()) : setting.key())
        + (setting.program() == program ? "" : " of " + setting.program())
        + "? "
        + setting.meaning();
  }

  private Optional<String> unreadable(Setting setting, Given given) {
    String value = given.value();
    if (value == null || setting.type() == SettingType.TEXT) {
      return Optional.empty();
    }
    if (setting.type().isEmpty(value)) {
      // A blank value under PowerJob's name counts as absent.
      return setting.optional() || !given.name().equals(setting.key())
          ? Optional.empty()
          : Optional.of(
              given.name()
                  + " is empty. Set it to "
                  + setting.type().expected()
                  + ", or leave it out. "
                  + setting.meaning());
    }
    if (setting.type().accepts(value, isDuration)) {
      return Optional.empty();
    }
    String what =
        given.name()
            + "="
            + shown(value)
            + ": the value must be "
            + setting.type().expected()
            + ". ";
    return Optional.of(
        what
            + (ForeignVariables.isAddressOfService(value)
                ? "Kubernetes sets such an address for a Service of that name; set"
                    + " enableServiceLinks: false in the pod."
                : setting.meaning()));
  }

  /**
   * Returns the value on one line, cut to {@link #MAX_SHOWN} characters, with passwords of URLs
   * masked; hidden if it looks like a random secret.
   */
  private static String shown(String value) {
    if (RANDOM.matcher(value.strip()).matches()) {
      return HIDDEN;
    }
    String oneLine = UrlText.withoutPasswords(value.replaceAll("\\p{Cntrl}", " "));
    return "'" + BoundedText.abbreviate(oneLine, MAX_SHOWN) + "'";
  }
}
