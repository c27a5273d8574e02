package dev.orrery.worker.binding.client;

import dev.orrery.client.MissingJob;
import dev.orrery.client.OrreryClient;
import dev.orrery.client.OrreryException;
import dev.orrery.worker.binding.declare.DeclareSettings;
import dev.orrery.worker.binding.setting.InvalidSettingException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Checks at the start of an application that the jobs which it submits exist. Only the scheduler's
 * statement that one does not exist prevents the start.
 */
public final class RequiredJobs {
  private static final Logger LOG = System.getLogger(RequiredJobs.class.getName());
  private static final String SETTING = ClientProperties.PREFIX + ".required-jobs";
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  private RequiredJobs() {}

  /**
   * @param setting the value of {@code orrery.client.required-jobs}
   * @param client called only if the setting has names
   * @param declarations of the application's own jobs, which need not exist yet
   * @throws InvalidSettingException with all jobs that do not exist, or an invalid name
   */
  public static void check(
      List<String> setting, Supplier<OrreryClient> client, List<DeclareSettings> declarations) {
    if (!setting.isEmpty()) {
      check(setting, client.get(), declarations, TIMEOUT);
    }
  }

  static void check(
      List<String> setting,
      OrreryClient client,
      List<DeclareSettings> declarations,
      Duration timeout) {
    Set<String> declared = declared(client.app(), declarations);
    List<String> asked =
        setting.stream().map(String::strip).filter(name -> !declared.contains(name)).toList();
    if (asked.isEmpty()) {
      return;
    }
    try {
      List<MissingJob> missing =
          InvalidSettingException.in(SETTING, () -> client.missingJobs(asked, timeout));
      if (!missing.isEmpty()) {
        throw refusal(client.app(), missing);
      }
    } catch (OrreryException e) {
      LOG.log(
          Level.WARNING,
          "Failed to check the required jobs; starting anyway: app={0} jobs={1} reason={2}",
          client.app(),
          asked,
          e.code() + ": " + e.detail() + advice(e.status()));
    }
  }

  /** A dry run creates no jobs. */
  private static Set<String> declared(String app, List<DeclareSettings> declarations) {
    return declarations.stream()
        .filter(own -> own.app().equals(app) && !own.dryRun())
        .flatMap(own -> own.jobs().stream().map(job -> job.name()))
        .collect(Collectors.toSet());
  }

  private static String advice(int status) {
    return status == HttpURLConnection.HTTP_UNAUTHORIZED
            || status == HttpURLConnection.HTTP_FORBIDDEN
        ? " Setting to change: %1$s.token or %1$s.token-file; the check needs the role operator."
            .formatted(ClientProperties.PREFIX)
        : "";
  }

  private static InvalidSettingException refusal(String app, List<MissingJob> missing) {
    String names =
        missing.stream()
            .map(
                job ->
                    "'%s'%s"
                        .formatted(
                            job.name(),
                            job.nearest()
                                .map(near -> " (did you mean '" + near + "'?)")
                                .orElse("")))
            .collect(Collectors.joining(", "));
    return new InvalidSettingException(
        SETTING + " names jobs that do not exist in app '" + app + "': " + names + ".",
        "Correct the names, or create the jobs first; if another application declares them, deploy"
            + " that one first.");
  }
}
