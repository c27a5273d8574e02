package dev.orrery.worker.spring.client;

import dev.orrery.worker.binding.client.ClientProperties;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the client in a Spring Boot application.
 *
 * @param app App whose jobs this application runs by the client. Default: that of the worker.
 * @param token Token of that app with the role operator, or declare to run declared jobs only. This
 *     or token-file is required where the client is injected, or there are required jobs.
 * @param tokenFile File that contains the token and nothing else. Read at each call.
 * @param server Addresses of the scheduler's API. If one does not answer, the client tries the
 *     next. Default: http://localhost:7700.
 * @param callTimeout Time that one response may take.
 * @param retryTimeout Time for which a call is repeated while the scheduler is away or overloaded;
 *     0 for never.
 * @param requiredJobs Jobs that this application submits, at most 100 names: if one does not exist
 *     in the app, the start fails. Jobs that it declares itself count as existing. If the scheduler
 *     does not answer, the application starts with a warning.
 * @param outbox Whether runs of OrreryOutbox are submitted from the table orrery_outbox of the
 *     application's database.
 * @param outboxDataSource Name of the bean of the data source with that table, if there are
 *     several. Default: the primary one.
 * @param tracing Whether each submission within a span is a span, whose trace the runs continue; if
 *     the application has a bean OpenTelemetry.
 * @param sslBundle Bundle of spring.ssl.bundle with the trust, and perhaps the certificate, for
 *     https. Default: that of the JVM.
 */
@ConfigurationProperties(ClientProperties.PREFIX)
public record OrreryClientProperties(
    String app,
    String token,
    Path tokenFile,
    List<String> server,
    @DefaultValue("30s") Duration callTimeout,
    @DefaultValue("60s") Duration retryTimeout,
    List<String> requiredJobs,
    @DefaultValue("false") boolean outbox,
    String outboxDataSource,
    @DefaultValue("true") boolean tracing,
    String sslBundle) {

  public OrreryClientProperties {
    server = server == null ? List.of() : List.copyOf(server);
    requiredJobs = requiredJobs == null ? List.of() : List.copyOf(requiredJobs);
  }

  /** Returns what every platform has. */
  ClientProperties shared() {
    return new ClientProperties(app, token, tokenFile, server, callTimeout, retryTimeout);
  }

  /** Leaves the token out. */
  @Override
  public String toString() {
    return "OrreryClientProperties[app=" + app + ", server=" + server + "]";
  }
}
