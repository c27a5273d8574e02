package dev.orrery.scheduler.model.job.declaration;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.text.DeclarationVersion;
import dev.orrery.scheduler.base.problem.ProblemException;
import dev.orrery.scheduler.model.app.App;
import dev.orrery.scheduler.model.job.declaration.DeclarationStore.Missing;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.transaction.Transactional;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
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
   * @param code the classes of the process's methods, by the processors that they are
   */
  @Transactional
  public void declare(
      int appId,
      String owner,
      DeclarationVersion version,
      Collection<String> jobs,
      Map<String, String> code) {
    store.declare(appId, owner, version, jobs, code);
  }

  /** Returns the jobs that the owner has declared before, and that a declaration lacks. */
  @Transactional
  public List<LackedJob> lacked(
      int appId, String owner, Collection<String> jobs, Map<String, String> code) {
    return store.lacked(appId, owner, jobs, code);
  }

  /** Returns those of the jobs that another application declares. */
  @Transactional
  public List<String> ofOthers(int appId, String owner, Collection<String> jobs) {
    return store.ofOthers(appId, owner, jobs);
  }

  /** Returns when a job is disabled, unless a connected worker offers its processor. */
  public Instant end(LackedJob job) {
    return job.since().plus(config.grace());
  }

  /**
   * Declares a version again.
   *
   * @return those of the jobs that another process of the version has switched off; empty if the
   *     version is not in force, and nothing is changed then
   */
  public Optional<List<String>> renew(
      int appId, String owner, DeclarationVersion version, Collection<String> jobs) {
    if (!renewVersion(appId, owner, version)) {
      return Optional.empty();
    }
    List<Missing> missing = missing(appId, owner, jobs);
    if (!missing.stream().allMatch(Missing::isDisabled)) {
      keep(appId, owner, version, jobs);
    }
    return Optional.of(missing.stream().filter(Missing::isDisabled).map(Missing::name).toList());
  }

  @Transactional
  boolean renewVersion(int appId, String owner, DeclarationVersion version) {
    return store.renew(appId, owner, version);
  }

  @Transactional
  List<Missing> missing(int appId, String owner, Collection<String> jobs) {
    return store.missing(appId, owner, jobs);
  }

  /**
   * Keeps jobs that another process of the same version lacks, because its configuration differs.
   */
  @Transactional
  void keep(int appId, String owner, DeclarationVersion version, Collection<String> jobs) {
    App.locked(appId);
    if (store.renew(appId, owner, version)) {
      store.keep(
          store.missing(appId, owner, jobs).stream()
              .filter(job -> !job.isDisabled())
              .map(Missing::id)
              .toList());
    }
  }
}
