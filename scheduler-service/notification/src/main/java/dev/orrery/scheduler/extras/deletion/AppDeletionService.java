package dev.orrery.scheduler.extras.deletion;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.scheduler.base.database.JtaDatabase;
import dev.orrery.scheduler.base.hint.HintBus;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.extras.notification.WebhookService;
import dev.orrery.scheduler.model.app.App;
import dev.orrery.scheduler.model.app.AppService;
import dev.orrery.scheduler.model.app.TokenService;
import dev.orrery.scheduler.model.job.JobService;
import dev.orrery.scheduler.model.propagation.JobChangePropagator;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.List;

/**
 * Deletes an app in one transaction, with some of its instances; the recheck of its jobs cancels
 * the others. Other replicas notice within five seconds, as with a revoked token.
 *
 * <p>The rows of ended instances and their logs stay until their retention ends; deleting them
 * immediately would rewrite every partition of the history.
 */
@ApplicationScoped
class AppDeletionService {
  private final AppService apps;
  private final AppContentsStore contents;
  private final JobService jobs;
  private final JobChangePropagator changes;
  private final TokenService tokens;
  private final WebhookService webhooks;
  private final JtaDatabase database;
  private final HintBus hints;

  AppDeletionService(
      AppService apps,
      AppContentsStore contents,
      JobService jobs,
      JobChangePropagator changes,
      TokenService tokens,
      WebhookService webhooks,
      JtaDatabase database,
      HintBus hints) {
    this.apps = apps;
    this.contents = contents;
    this.jobs = jobs;
    this.changes = changes;
    this.tokens = tokens;
    this.webhooks = webhooks;
    this.database = database;
    this.hints = hints;
  }

  /**
   * Deletes the app; its name can be used again.
   *
   * @param withContents whether to delete an app that is not empty, with its contents
   * @throws ProblemException {@code APP_NOT_EMPTY}, {@code APP_NOT_FOUND}; nothing is changed then
   */
  void delete(int appId, boolean withContents) {
    Runnable afterCommit = mark(appId, withContents);
    apps.forget();
    tokens.forgetAllOf(appId);
    afterCommit.run();
    hints.jobsChanged();
  }

  @Transactional
  Runnable mark(int appId, boolean withContents) {
    App app = App.locked(appId);
    AppContents found = contents.count(appId);
    if (!withContents && !found.isEmpty()) {
      throw ProblemException.of(
          ErrorCode.APP_NOT_EMPTY,
          "App '"
              + app.name
              + "' has "
              + found
              + ". Delete them first, or add ?withContents=true to delete them with the app.");
    }
    // First, since an evaluation locks watched jobs.
    webhooks.deleteAllOf(appId);
    List<Long> deleted = jobs.deleteAllOf(appId);
    tokens.revokeAllOf(appId);
    app.deletedAt = jobs.now();
    App.flush();
    return database.inCurrentTransaction(connection -> changes.begin(connection, deleted));
  }
}
