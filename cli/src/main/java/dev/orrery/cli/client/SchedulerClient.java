package dev.orrery.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.ClientOptions.Found;
import dev.orrery.protocol.WorkerOperation;
import dev.orrery.protocol.text.TokenText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;

/**
 * Calls the REST API with the JDK's old HTTP client, because the newer one takes longer to load
 * than most commands take to run.
 */
public final class SchedulerClient {
  private static final int CONNECT_MILLIS = 5_000;
  private static final int MAX_MILLIS = 30_000;

  /** A file with more mistakes is probably not one of ours, and may contain secrets. */
  private static final int MAX_MISTAKES = 5;

  /** The detail of a scheduler's 404 response for an unknown path. */
  private static final String NO_SUCH_PATH = "There is nothing at this path.";

  /** Why an HTTP server refuses a call before the scheduler, or a proxy's target, has read it. */
  private static final Map<Integer, String> UNREAD =
      Map.of(
          HttpURLConnection.HTTP_BAD_REQUEST,
          "it cannot be read as HTTP",
          HttpURLConnection.HTTP_ENTITY_TOO_LARGE,
          "its body is too large",
          HttpURLConnection.HTTP_REQ_TOO_LONG,
          "its address is too long; give shorter or fewer values to select by",
          431,
          "its headers are too large; is the token right?");

  private static final Pattern ID = Pattern.compile("\\d{1,20}");

  static {
    // A POST that may have arrived must not be repeated by the HTTP client.
    System.setProperty("sun.net.http.retryPost", "false");
  }

  private final URI url;
  private final String base;
  private final String urlSource;
  private final Found token;
  private final ObjectMapper json = AnswerJson.mapper();

  /**
   * @throws UserException if the token is not a valid header value
   */
  SchedulerClient(URI url, String urlSource, Found token) {
    if (!TokenText.isToken(token.value())) {
      throw UserException.usage("The token (" + token.source() + ") " + TokenText.RULE + ".");
    }
    this.url = url;
    this.base = url.toString().replaceFirst("/+$", "");
    this.urlSource = urlSource;
    this.token = token;
  }

  /**
   * @param url of the API port, or of a proxy before it
   */
  public SchedulerClient(URI url, String token) {
    this(url, "the local stack", new Found(token, "the local data directory"));
  }

  public URI url() {
    return url;
  }

  public ObjectMapper json() {
    return json;
  }

  /**
   * A successful response of the scheduler.
   *
   * @param etag of the document; null if the response has none
   */
  public record Answer(int status, JsonNode body, String etag) {}

  /**
   * @param path below {@code /api/v1}, with encoded segments
   * @throws ApiException if the scheduler refuses or does not respond
   */
  public Answer get(String path) {
    return call("GET", path, null, Map.of());
  }

  public Answer put(String path, JsonNode body) {
    return call("PUT", path, body, Map.of());
  }

  /**
   * Like {@link #put}, unless somebody has changed the document.
   *
   * @param etag of the document that the caller read
   */
  public Answer putIfAt(String etag, String path, JsonNode body) {
    return call("PUT", path, body, Map.of("If-Match", etag));
  }

  public Answer post(String path, JsonNode body) {
    return call("POST", path, body, Map.of());
  }

  /** Like {@link #post}; the same key never executes a call twice. */
  public Answer post(String path, JsonNode body, String idempotencyKey) {
    return call("POST", path, body, Map.of("Idempotency-Key", idempotencyKey));
  }

  public Answer delete(String path) {
    return call("DELETE", path, null, Map.of());
  }

  /** Returns the path of an app, relative to the API. */
  public static String appPath(String name) {
    return "/apps/" + encoded(name);
  }

  /** Encodes a name for a path segment or a query value. */
  public static String encoded(String name) {
    if (name.isBlank()) {
      throw UserException.usage("A name or an ID is empty; check the variable that it comes from.");
    }
    return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /**
   * Encodes an id for a path segment.
   *
   * @param hint names the list of ids, in case the user wrote a name
   */
  public static String encodedId(String id, String hint) {
    String encoded = encoded(id);
    if (!ID.matcher(encoded).matches()) {
      throw UserException.usage("'" + id + "' is not an ID, which has only digits: " + hint);
    }
    return encoded;
  }

  private Answer call(String method, String path, JsonNode body, Map<String, String> headers) {
    try {
      HttpURLConnection connection = open(method, path, headers);
      if (body != null || !method.equals("GET")) {
        connection.setDoOutput(true);
        try (OutputStream out = connection.getOutputStream()) {
          out.write(body == null ? new byte[0] : json.writeValueAsBytes(body));
        }
      }
      int status = connection.getResponseCode();
      if (status / 100 == 2) {
        return new Answer(
            status,
            read(connection, connection.getInputStream()),
            connection.getHeaderField("ETag"));
      }
      throw problem(status, connection);
    } catch (StreamConstraintsException e) {
      throw otherServer(
          "answers with more than " + AnswerJson.MAXIMUM, "no answer of a scheduler is as large");
    } catch (JsonProcessingException e) {
      throw otherServer(
          "answers, but not with JSON", "it, or a proxy before it, must pass the API on");
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  /**
   * @param id may be null
   */
  public record Event(String name, String id, String data) {}

  /**
   * Reads a stream of events until it ends, or until the consumer stops.
   *
   * @param lastEventId of the last stream; null at first
   * @param whenOpen runs when the response begins
   * @param wantsMore receives each event on the calling thread; returns false to stop
   * @throws ApiException as {@link #get}; also when the connection breaks
   */
  public void events(
      String path, String lastEventId, Runnable whenOpen, Predicate<Event> wantsMore) {
    Map<String, String> headers =
        lastEventId == null ? Map.of() : Map.of("Last-Event-ID", lastEventId);
    try {
      HttpURLConnection connection = open("GET", path, headers);
      connection.setRequestProperty("Accept", "text/event-stream");
      if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
        throw problem(connection.getResponseCode(), connection);
      }
      whenOpen.run();
      try (BufferedReader lines =
          new BufferedReader(
              new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
        EventReader.read(lines, wantsMore);
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      throw unreachable(e);
    }
  }

  private HttpURLConnection open(String method, String path, Map<String, String> headers)
      throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create(base + WorkerOperation.Paths.API + path).toURL().openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    // Longer than the pause between two heartbeats of a stream.
    connection.setReadTimeout(MAX_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod(method);
    connection.setRequestProperty("Authorization", "Bearer " + token.value());
    connection.setRequestProperty("Accept", "application/json");
    connection.setRequestProperty("Content-Type", "application/json");
    connection.setRequestProperty("Accept-Encoding", "identity");
    headers.forEach(connection::setRequestProperty);
    return connection;
  }

  private ApiException unreachable(IOException e) {
    return new ApiException(
        ApiException.UNREACHABLE,
        "No scheduler answers at "
            + url
            + " ("
            + reason(e)
            + ").\nThe address is from "
            + urlSource
            + ". Does the scheduler run there (./orrery up), and is its API port open?");
  }

  private static String reason(IOException e) {
    if (e instanceof UnknownHostException) {
      return "the host name cannot be resolved";
    }
    if (e instanceof SocketTimeoutException) {
      return "the connection timed out";
    }
    // The JDK's words for an answer that is not TLS.
    return e instanceof SSLException && e.getMessage().startsWith("Unsupported or unrecognized SSL")
        ? "that port speaks plain HTTP: use http://"
        : e.getMessage();
  }

  private ApiException problem(int status, HttpURLConnection connection) throws IOException {
    InputStream body = connection.getErrorStream();
    try {
      if (body != null
          && read(connection, body) instanceof ObjectNode problem
          && problem.hasNonNull("code")) {
        return problem(problem);
      }
    } catch (JsonProcessingException e) {
      // Not one of ours; answered below.
    }
    String unread = UNREAD.get(status);
    return unread == null
        ? otherServer(
            "is not an Orrery scheduler (status " + status + ")",
            "it must be the address of the API port")
        : otherServer(
            "refused the call unread (status " + status + "): " + unread,
            "the limit may be a proxy's");
  }

  private ApiException otherServer(String what, String hint) {
    return new ApiException(
        ApiException.UNREACHABLE,
        "The server at "
            + url
            + " "
            + what
            + ".\nThe address is from "
            + urlSource
            + "; "
            + hint
            + ".");
  }

  private ApiException problem(ObjectNode problem) {
    String code = problem.get("code").asText();
    String detail = problem.path("detail").asText();
    if (detail.equals(NO_SUCH_PATH)) {
      return new ApiException(
          ApiException.UNREACHABLE,
          url
              + " is an Orrery port without the REST API, such as 10010 for workers, or an older"
              + " scheduler; the API is usually at port 7700.\nThe address is from "
              + urlSource
              + ".");
    }
    if (problem.path("errors").size() > 1) {
      List<String> mistakes = new ArrayList<>();
      problem
          .path("errors")
          .forEach(mistake -> mistakes.add(code + ": " + mistake.path("message").asText()));
      if (mistakes.size() > MAX_MISTAKES) {
        mistakes.set(MAX_MISTAKES, "and " + (mistakes.size() - MAX_MISTAKES) + " more");
        mistakes.subList(MAX_MISTAKES + 1, mistakes.size()).clear();
      }
      return new ApiException(problem, String.join("\n", mistakes));
    }
    StringBuilder message = new StringBuilder(code + ": " + detail);
    String field = problem.path("field").asText("");
    if (!field.isEmpty() && message.indexOf(field) < 0) {
      message.append(" (field: ").append(field).append(')');
    }
    if (code.equals("UNAUTHENTICATED") || code.equals("FORBIDDEN")) {
      message.append("\nThe token is from ").append(token.source()).append('.');
      if (code.equals("UNAUTHENTICATED")) {
        message.append(" Set ORRERY_TOKEN to one that ").append(url).append(" knows.");
      }
    }
    return new ApiException(problem, message.toString());
  }

  /** Reads a body, which a proxy may have compressed although the call asks for the contrary. */
  private JsonNode read(HttpURLConnection connection, InputStream body) throws IOException {
    boolean isZipped = "gzip".equalsIgnoreCase(connection.getContentEncoding());
    try (InputStream in = isZipped ? new GZIPInputStream(body) : body) {
      JsonNode tree = json.readTree(in);
      return tree.isMissingNode() ? json.createObjectNode() : tree;
    }
  }
}
