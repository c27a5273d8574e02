package dev.orrery.worker.binding.client;

import dev.orrery.client.MissingJob;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.OrreryException;
import dev.orrery.protocol.text.NearestName;
import dev.orrery.protocol.text.ResourceText;
import dev.orrery.worker.binding.declare.DeclareSettings;
import dev.orrery.worker.binding.declare.JobDeclaration;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Checks at the start of an application that the jobs which it submits exist. Only the scheduler's
 * statement that a job does not exist prevents the start; without one, the application starts.
 */
public final class RequiredJobs {
  private static final Logger LOG = System.getLogger(RequiredJobs.class.getName());
  private static final String SETTING = ClientProperties.PREFIX + ".required-jobs";
  private static final String TOKEN = ClientProperties.PREFIX + ".token";
  private static final int MAX = 100;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private RequiredJobs() {}

  /**
   * Checks the jobs within about five seconds.
   *
   * @param setting the value of {@code orrery.client.required-jobs}
   * @param client called only if the setting has names
   * @param declaration how the application declares its own jobs, which need not exist yet
   * @throws InvalidSettingException with all jobs that do not exist, or with the names that are
   *     invalid
   */
  public static void check(
      List<String> setting, Supplier<OrreryClient> client, Optional<DeclareSettings> declaration) {
    check(setting, client, declaration, TIMEOUT);
  }

  static void check(
      List<String> setting,
      Supplier<OrreryClient> client,
      Optional<DeclareSettings> declaration,
      Duration timeout) {
    if (setting.isEmpty()) {
      return;
    }
    List<String> names = names(setting);
    OrreryClient opened = client.get();
    Set<String> declared = declared(opened.app(), declaration);
    List<String> asked = names.stream().filter(name -> !declared.contains(name)).toList();
    if (asked.isEmpty()) {
      return;
    }
    List<MissingJob> missing;
    try {
      missing = opened.missingJobs(asked, timeout);
    } catch (OrreryException e) {
      LOG.log(
          Level.WARNING,
          "Failed to check the required jobs; starting anyway: app={0} jobs={1} reason={2}",
          opened.app(),
          asked,
          reason(e));
      return;
    }
    if (!missing.isEmpty()) {
      throw refusal(opened.app(), missing, declared);
    }
  }

  private static List<String> names(List<String> setting) {
    if (setting.size() > MAX) {
      throw new InvalidSettingException(
          SETTING + " has " + setting.size() + " names.", "Name at most " + MAX + ".");
    }
    List<String> names = setting.stream().map(String::strip).toList();
    names.stream()
        .filter(name -> !ResourceText.isName(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new InvalidSettingException(
                  SETTING + " has the name '" + name + "'.", "Each " + ResourceText.RULE + ".");
            });
    return names;
  }

  /** A dry run creates no jobs. */
  private static Set<String> declared(String app, Optional<DeclareSettings> declaration) {
    return declaration.filter(own -> own.app().equals(app) && !own.dryRun()).stream()
        .flatMap(own -> own.jobs().stream())
        .map(JobDeclaration::name)
        .collect(Collectors.toSet());
  }

  /** Names the settings of the platform, not those of {@code ClientSettings}. */
  private static String reason(OrreryException failure) {
    boolean isOfToken =
        failure.status() == HttpURLConnection.HTTP_UNAUTHORIZED
            || failure.status() == HttpURLConnection.HTTP_FORBIDDEN;
    return failure.code()
        + ": "
        + failure.detail()
        + (isOfToken
            ? " Setting to change: "
                + TOKEN
                + " or "
                + TOKEN
                + "-file. The check needs the role operator or viewer."
            : "");
  }

  private static InvalidSettingException refusal(
      String app, List<MissingJob> missing, Set<String> declared) {
    String names =
        missing.stream()
            .map(
                job ->
                    job.nearest()
                        .or(() -> NearestName.of(job.name(), declared))
                        .map(near -> "'" + job.name() + "' (did you mean '" + near + "'?)")
                        .orElse("'" + job.name() + "'"))
            .collect(Collectors.joining(", "));
    return new InvalidSettingException(
        SETTING + " names jobs that do not exist in app '" + app + "': " + names + ".",
        "Correct the names, or create the jobs first; if another application declares them, deploy"
            + " that one first.");
  }
}
