package dev.orrery.agent.processor.http;

import dev.orrery.agent.processor.PlaceholderFiller;
import dev.orrery.agent.secret.SecretContext;
import dev.orrery.agent.secret.SecretDirectory;
import dev.orrery.outbound.HeaderSecrecy;
import dev.orrery.outbound.LookupLimits;
import dev.orrery.outbound.OutboundException;
import dev.orrery.outbound.OutboundHttp;
import dev.orrery.outbound.OutboundRequest;
import dev.orrery.outbound.OutboundResponse;
import dev.orrery.protocol.ExpectedStatus;
import dev.orrery.protocol.ProcessorSpec;
import dev.orrery.protocol.message.MessageLimits;
import dev.orrery.protocol.text.BoundedText;
import dev.orrery.protocol.text.Placeholder;
import dev.orrery.protocol.text.ResultText;
import dev.orrery.protocol.text.UrlText;
import dev.orrery.worker.AttemptContext;
import dev.orrery.worker.AttemptFailedException;
import dev.orrery.worker.Processor;
import dev.orrery.worker.annotation.NonRetryableException;
import dev.orrery.worker.attempt.AssignedAttempt;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;

/** Sends the request of a job and returns the response body as the result. */
public final class HttpProcessor implements Processor {
  /** An agent belongs to one app. */
  private static final int ONE_OWNER = 0;

  /** A lookup may ask several name servers that do not respond. */
  public static final LookupLimits LOOKUPS = new LookupLimits(16, Duration.ofSeconds(20));

  private static final int MAX_REDIRECTS = 5;
  private static final int MAX_EXCERPT = 500;
  private static final Pattern SLASH = Pattern.compile("/|%2F|\\\\|%5C", Pattern.CASE_INSENSITIVE);
  private static final Pattern ENCODED_DOT = Pattern.compile("%2E", Pattern.CASE_INSENSITIVE);

  private final OutboundHttp http;
  private final Duration timeout;
  private final SecretDirectory secrets;

  /**
   * @param timeout of the whole request
   */
  public HttpProcessor(OutboundHttp http, Duration timeout, SecretDirectory secrets) {
    this.http = http;
    this.secrets = secrets;
    this.timeout = timeout;
  }

  @Override
  public boolean leavesThreadClean() {
    return true;
  }

  @Override
  public String process(AttemptContext context) throws Exception {
    AssignedAttempt attempt = AssignedAttempt.of(context);
    if (!(attempt.assignment().processor() instanceof ProcessorSpec.Http spec)) {
      throw new AttemptFailedException("the job has no request");
    }
    return secrets.run(attempt, withSecrets -> send(spec, withSecrets));
  }

  private String send(ProcessorSpec.Http spec, SecretContext context) throws Exception {
    OutboundRequest request = request(spec, context);
    long startedAt = System.nanoTime();
    OutboundResponse response = masked(send(request, context), context);
    long millis = Duration.ofNanos(System.nanoTime() - startedAt).toMillis();
    context.log(
        "orrery",
        "%s %s: status %d after %d ms"
            .formatted(request.method(), place(request.url()), response.status(), millis));
    String result = result(response);
    if (!ExpectedStatus.matches(spec.expectStatus(), response.status())) {
      String error = error(spec.expectStatus(), response);
      if (spec.isNonRetryable(response.status())) {
        throw new NonRetryableException(error, result);
      }
      throw new AttemptFailedException(error, result);
    }
    return result;
  }

  /** Masks the body before a part of it becomes the error. */
  private static OutboundResponse masked(OutboundResponse response, SecretContext context) {
    String body = response.body();
    int end = response.truncated() ? context.cut(body) : body.length();
    return new OutboundResponse(
        response.status(),
        response.contentType(),
        response.retryAfter(),
        context.masked(body.substring(0, end)),
        response.truncated());
  }

  private OutboundRequest request(ProcessorSpec.Http spec, SecretContext context)
      throws AttemptFailedException {
    Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    headers.put("User-Agent", "Orrery");
    for (Map.Entry<String, String> header : spec.headers().entrySet()) {
      String value = PlaceholderFiller.fill(header.getValue(), context);
      if (Placeholder.secrets(header.getValue()).findAny().isPresent()) {
        requireSafe(header.getKey(), value);
      }
      headers.put(header.getKey(), value);
    }
    headers.putAll(attempt(context));
    Optional<String> body =
        spec.body() == null
            ? Optional.empty()
            : Optional.of(PlaceholderFiller.fill(spec.body(), context));
    return new OutboundRequest(
        spec.method(),
        url(spec.url(), context),
        headers,
        body,
        spec.body() != null && Placeholder.secrets(spec.body()).findAny().isPresent(),
        timeout,
        ExpectedStatus.namesARedirect(spec.expectStatus()) ? 0 : MAX_REDIRECTS,
        MessageLimits.MAX_RESULT_BYTES,
        ONE_OWNER);
  }

  /** Refuses a secret in a header that a redirect keeps, and one that ends a header. */
  private static void requireSafe(String header, String value) {
    if (!HeaderSecrecy.mayBeSecret(header)) {
      throw new NonRetryableException(
          "the header " + header + " must have no secret, because redirects keep it");
    }
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new NonRetryableException(
          "the header " + header + " has a line break or another control character of a secret");
    }
  }

  /** Returns headers by which a receiver recognizes a repeated request. */
  private static Map<String, String> attempt(AttemptContext context) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("Orrery-Instance", Long.toString(context.instance()));
    headers.put("Orrery-Attempt", Integer.toString(context.attempt()));
    headers.put("Orrery-Job", context.job());
    context.fireTime().ifPresent(fireTime -> headers.put("Orrery-Fire-Time", fireTime));
    context.traceParent().ifPresent(trace -> headers.put("traceparent", trace));
    return headers;
  }

  private static URI url(String template, SecretContext context) throws AttemptFailedException {
    String text = PlaceholderFiller.fill(template, context, PercentEncoding::encode);
    String path = text.split("[?#]", 2)[0];
    if (!text.equals(template) && hasDotSegment(path)) {
      throw new AttemptFailedException(
          "a parameter puts '.' or '..' into the path of the URL, which changes the path: " + path);
    }
    try {
      return new URI(text);
    } catch (URISyntaxException e) {
      throw new AttemptFailedException(
          "the URL is invalid after placeholder substitution: " + UrlText.withoutPasswords(text));
    }
  }

  /** Servers decode encoded dots, and some decode encoded slashes. */
  private static boolean hasDotSegment(String path) {
    return Arrays.stream(SLASH.split(path, -1))
        .map(segment -> ENCODED_DOT.matcher(segment).replaceAll("."))
        .anyMatch(segment -> segment.equals(".") || segment.equals(".."));
  }

  private OutboundResponse send(OutboundRequest request, AttemptContext context)
      throws AttemptFailedException, InterruptedException {
    CompletableFuture<OutboundResponse> response = http.send(request);
    context.onStop(() -> response.cancel(true));
    try {
      return response.get();
    } catch (InterruptedException e) {
      response.cancel(true);
      throw e;
    } catch (CancellationException e) {
      throw new AttemptFailedException("the request was canceled");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof OutboundException failure) {
        throw new AttemptFailedException(failure.getMessage());
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /** Omits the query, which may hold a secret. */
  private static String place(URI url) {
    return url.getScheme() + "://" + url.getRawAuthority() + url.getRawPath();
  }

  private static String error(List<String> expected, OutboundResponse response) {
    String excerpt = BoundedText.abbreviate(response.body().strip(), MAX_EXCERPT);
    return "status "
        + response.status()
        + ", expected "
        + String.join(", ", expected.isEmpty() ? ExpectedStatus.DEFAULT : expected)
        + (excerpt.isEmpty() ? "" : ": " + excerpt);
  }

  /**
   * Returns the body up to the bound of a result, with a mark if it or the response was truncated.
   */
  private static String result(OutboundResponse response) {
    return response.truncated()
        ? ResultText.cutBeyond(response.body(), MessageLimits.MAX_RESULT_BYTES)
        : ResultText.bounded(response.body());
  }
}
