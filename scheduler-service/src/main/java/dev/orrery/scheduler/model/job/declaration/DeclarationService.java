package dev.orrery.scheduler.model.job.declaration;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.scheduler.http.problem.ProblemException;
import dev.orrery.scheduler.model.app.App;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Decides which version of an owner's declaration is in force. Each process renews its version
 * every minute; once a version has not been renewed for the time-out, an older one may replace it.
 */
@ApplicationScoped
public class DeclarationService {
  private final DeclarationStore store;
  private final DeclarationConfig config;

  DeclarationService(DeclarationStore store, DeclarationConfig config) {
    this.store = store;
    this.config = config;
  }

  /** Returns the version in force if that is newer. An apply asks under the lock of the app. */
  @Transactional
  public Optional<DeclarationVersion> newer(int appId, String owner, DeclarationVersion version) {
    return store
        .inForce(appId, owner, config.versionTimeout())
        .filter(inForce -> inForce.isNewerThan(version));
  }

  /**
   * Requires that those of the jobs that exist are declared, by whichever application.
   *
   * @throws ProblemException {@code FORBIDDEN}, naming some of the others
   */
  @Transactional
  public void requireDeclared(int appId, Collection<String> jobs) {
    List<String> others = store.undeclared(appId, jobs);
    if (!others.isEmpty()) {
      throw ProblemException.of(
          ErrorCode.FORBIDDEN,
          "The app has '%s', which no application has declared. The role declare may not take such jobs over: declare them once with a token with the role operator."
              .formatted(String.join("', '", others)));
    }
  }

  /**
   * Puts a version into force, in the transaction of the caller, which holds the lock of the app
   * and has written the jobs.
   *
   * @param jobs the names of all jobs that it declares
   */
  @Transactional
  public void declare(
      int appId, String owner, DeclarationVersion version, Collection<String> jobs) {
    store.declare(appId, owner, version, jobs);
  }

  /**
   * Declares a version again.
   *
   * @return false if it is not in force; nothing is changed then
   */
  public boolean renew(
      int appId, String owner, DeclarationVersion version, Collection<String> jobs) {
    if (!renewVersion(appId, owner, version)) {
      return false;
    }
    if (!missing(appId, owner, jobs).isEmpty()) {
      keep(appId, owner, version, jobs);
    }
    return true;
  }

  @Transactional
  boolean renewVersion(int appId, String owner, DeclarationVersion version) {
    return store.renew(appId, owner, version);
  }

  @Transactional
  List<Long> missing(int appId, String owner, Collection<String> jobs) {
    return store.missing(appId, owner, jobs);
  }

  /**
   * Keeps jobs that another process of the same version lacks, because its configuration differs.
   */
  @Transactional
  void keep(int appId, String owner, DeclarationVersion version, Collection<String> jobs) {
    App.locked(appId);
    if (store.renew(appId, owner, version)) {
      store.keep(store.missing(appId, owner, jobs));
    }
  }
}
