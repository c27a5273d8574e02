package dev.orrery.cli.powerjob;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.orrery.cli.UserException;
import dev.orrery.cli.client.AnswerJson;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Reads an app from a running PowerJob server of release 4.3, by the calls that its clients use.
 */
final class PowerJobServer implements PowerJobSource {
  private static final int CONNECT_MILLIS = 5_000;

  /** The server reads all jobs before it answers. */
  private static final int READ_MILLIS = 120_000;

  /** The call that clients of 5.x begin with; a server of 4.x does not have it. */
  private static final String OF_5 = "authApp";

  private final URI url;
  private final ObjectMapper json = AnswerJson.mapper();
  private final String app;

  /**
   * @param name of the app at PowerJob
   * @throws UserException if it cannot be read, with the fix
   */
  PowerJobServer(URI url, String name, String password) {
    this.url = url;
    try {
      HttpURLConnection newer = post(OF_5, "");
      if (newer.getResponseCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw new UserException(
            url
                + " is not a PowerJob server of 4.3: it answers "
                + OF_5
                + ", as one of 5.x or Orrery does. Read the database of a 5.x server with --jdbc.");
      }
      JsonNode answer =
          json.readTree(
              body(post("assert", "appName=" + encoded(name) + "&password=" + encoded(password))));
      if (!answer.path("success").asBoolean()) {
        throw new UserException(
            "PowerJob's server refuses the app '"
                + name
                + "': "
                + answer.path("message").asText()
                + ". Check --name and --password-file.");
      }
      this.app = answer.path("data").asText();
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Keeps the jobs as UTF-8, because the server sends them at once and in no order. */
  @Override
  public void jobs(Consumer<ObjectNode> job) {
    SortedMap<Long, byte[]> texts = new TreeMap<>();
    try (JsonParser answer =
        json.createParser(body(post("fetchAllJob", "appId=" + encoded(app))))) {
      boolean hasJobs = false;
      while (answer.nextToken() != null) {
        hasJobs |=
            answer.currentToken() == JsonToken.START_ARRAY && "data".equals(answer.currentName());
        if (answer.currentToken() == JsonToken.START_OBJECT
            && answer.getParsingContext().getParent().inArray()) {
          ObjectNode info = json.readTree(answer);
          texts.put(info.path("id").longValue(), json.writeValueAsBytes(info));
        } else if ("message".equals(answer.currentName())
            && answer.currentToken() == JsonToken.VALUE_STRING) {
          throw new UserException(
              "PowerJob's server refuses fetchAllJob: "
                  + answer.getText()
                  + ". Read its database with --jdbc.");
        }
      }
      if (!hasJobs) {
        throw new UserException(
            "PowerJob's server answers fetchAllJob without jobs. Read its database with --jdbc.");
      }
      for (byte[] text : texts.values()) {
        job.accept((ObjectNode) json.readTree(text));
      }
    } catch (IOException e) {
      throw failure(e);
    }
  }

  /** Does nothing: PowerJob's client API cannot list workflows. */
  @Override
  public void workflows(Consumer<ObjectNode> workflow) {}

  @Override
  public void close() {}

  private HttpURLConnection post(String call, String form) throws IOException {
    HttpURLConnection connection =
        (HttpURLConnection)
            URI.create(url.toString().replaceFirst("/+$", "") + "/openApi/" + call)
                .toURL()
                .openConnection();
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setInstanceFollowRedirects(false);
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
    connection.setRequestProperty("Accept-Encoding", "identity");
    connection.setDoOutput(true);
    try (OutputStream out = connection.getOutputStream()) {
      out.write(form.getBytes(StandardCharsets.UTF_8));
    }
    return connection;
  }

  private InputStream body(HttpURLConnection connection) throws IOException {
    if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
      throw new UserException(
          "The server at "
              + url
              + " is not a PowerJob server (status "
              + connection.getResponseCode()
              + "). Name its address with --server, such as http://powerjob.example:7700.");
    }
    return connection.getInputStream();
  }

  private UserException failure(IOException e) {
    if (e instanceof StreamConstraintsException) {
      return new UserException(
          "The answer of the server at "
              + url
              + " is larger than "
              + AnswerJson.MAXIMUM
              + ". Read its database with --jdbc.");
    }
    return new UserException(
        e instanceof JsonProcessingException
            ? "The server at "
                + url
                + " is not a PowerJob server: its answer is not JSON. Check --server."
            : "No PowerJob server answers at "
                + url
                + " ("
                + e.getMessage()
                + "). Check --server.");
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, StandardCharsets.UTF_8);
  }
}
