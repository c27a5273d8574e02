package dev.orrery.worker.spring;

import dev.orrery.worker.binding.setting.WorkerProperties;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of one worker in a Spring Boot application: the bean has those of the worker without a
 * name.
 *
 * @param app App whose jobs this application runs. Required.
 * @param token Token of that app with the role worker. This or token-file is required.
 * @param tokenFile File that contains the token and nothing else. A new token in it counts within a
 *     second.
 * @param server Addresses of the scheduler, of the protocol http or of the API. If one does not
 *     answer, the worker tries the next. Default: http://localhost:10010.
 * @param name Display name of the worker; need not be unique. Default: the name of the application
 *     and the name of the host.
 * @param capacity Maximum runs at once, 1 to 500.
 * @param virtualThreads Whether to run each attempt on a virtual thread. Needs JDK 21. Default:
 *     spring.threads.virtual.enabled.
 * @param tags Tags of this worker. A job with required tags runs only on workers that have them
 *     all.
 * @param drainTimeout Time that running jobs have to end when the application stops.
 * @param killGracePeriod Time that a stopped job has to end before the worker gives it up.
 * @param protocol Protocol to use with the scheduler. Others than http need an
 *     OrreryWorkerCustomizer.
 * @param sslBundle Bundle of spring.ssl.bundle with the trust, and perhaps the certificate, for
 *     https: of the worker, and of the calls that declare jobs. Default: that of the JVM.
 * @param declareJobs Whether to declare the @OrrerySchedule jobs at startup. A day after a job is
 *     no longer declared, the scheduler disables it, but does not delete it.
 * @param declareServer Addresses of the scheduler's API, to which the jobs are applied. If one does
 *     not answer, the next is tried. Default: the hosts of server, at port 7700 instead of 10010.
 * @param declareToken Token of the app with the role declare, which applies the jobs; declare-prune
 *     needs the role operator. Required with declare-jobs; the worker's token may not write jobs.
 * @param declareTokenFile File that contains that token and nothing else. A new token in it counts
 *     from the next call on.
 * @param declareOwner Owner of the jobs that are applied. Default: code. and the name of the
 *     application, which all its processes share.
 * @param declareVersion Version of the jobs: a whole number, such as that of a build, or an
 *     instant. While processes of a newer version run, an older one changes no job. Default: the
 *     time of the build.
 * @param declarePrune Whether to delete jobs of the same owner that are no longer declared, and
 *     their waiting runs.
 * @param declareHealth Whether the health is OUT_OF_SERVICE while the scheduler refuses the
 *     declared jobs; its details say so in any case.
 * @param declareDryRun Whether the log only shows what the declaration would change.
 */
@ConfigurationProperties(WorkerProperties.PREFIX)
public record OrreryWorkerProperties(
    String app,
    String token,
    Path tokenFile,
    List<String> server,
    String name,
    @DefaultValue("20") int capacity,
    Boolean virtualThreads,
    List<String> tags,
    @DefaultValue("30s") Duration drainTimeout,
    @DefaultValue("10s") Duration killGracePeriod,
    @DefaultValue("http") String protocol,
    String sslBundle,
    @DefaultValue("false") boolean declareJobs,
    List<URI> declareServer,
    String declareToken,
    Path declareTokenFile,
    String declareOwner,
    String declareVersion,
    @DefaultValue("false") boolean declarePrune,
    @DefaultValue("false") boolean declareHealth,
    @DefaultValue("false") boolean declareDryRun)
    implements WorkerProperties {

  public OrreryWorkerProperties {
    server = server == null ? List.of() : List.copyOf(server);
    declareServer = declareServer == null ? List.of() : List.copyOf(declareServer);
    tags = tags == null ? List.of() : List.copyOf(tags);
  }

  @Override
  public String tlsName() {
    return sslBundle;
  }

  /** Leaves the tokens out. */
  @Override
  public String toString() {
    return "OrreryWorkerProperties[app=" + app + ", server=" + server + ", name=" + name + "]";
  }
}
