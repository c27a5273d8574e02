package dev.orrery.scheduler.http.rest;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.http.rest.Exchange.Message;
import io.restassured.RestAssured;
import io.restassured.builder.ResponseBuilder;
import io.restassured.filter.Filter;
import io.restassured.filter.FilterContext;
import io.restassured.http.Headers;
import io.restassured.response.Response;
import io.restassured.specification.FilterableRequestSpecification;
import io.restassured.specification.FilterableResponseSpecification;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Compares each call of the tests with the OpenAPI document that the tested service serves, and
 * fails those that differ. With {@code -Dorrery.contract.violations=FILE} it writes what differs to
 * the file instead, so that one run shows all.
 */
public final class ContractFilter implements Filter {
  private static final String VIOLATIONS = System.getProperty("orrery.contract.violations");
  private static final String DOCUMENT = "/q/openapi";
  private static final int MAX_LINES = 12;

  private final String token;

  /** Reads the document with this token. */
  public ContractFilter(String token) {
    this.token = token;
  }

  /** Read at the first call; all profiles of the tests have the same document. */
  private static final class Served {
    private static ApiContract contract;

    static synchronized ApiContract contract(String token) {
      if (contract == null) {
        contract = new ApiContract(document(token));
      }
      return contract;
    }
  }

  /** The document that the running service serves. */
  static JsonNode document(String token) {
    return given()
        .auth()
        .oauth2(token)
        .accept("application/json")
        .get(DOCUMENT)
        .then()
        .statusCode(200)
        .extract()
        .as(JsonNode.class);
  }

  @Override
  public Response filter(
      FilterableRequestSpecification request,
      FilterableResponseSpecification expected,
      FilterContext context) {
    Response response = context.next(request, expected);
    if (response.contentType().startsWith("text/event-stream")) {
      check(request, response, null);
      return response;
    }
    byte[] body = response.asByteArray();
    check(request, response, new String(body, StandardCharsets.UTF_8));
    return new ResponseBuilder().clone(response).setBody(body).build();
  }

  private void check(FilterableRequestSpecification request, Response response, String body) {
    String uri = request.getURI();
    int host = uri.indexOf("//") + 2;
    int start = uri.indexOf('/', host);
    String target = start < 0 ? "/" : uri.substring(start);
    int question = target.indexOf('?');
    String path = question < 0 ? target : target.substring(0, question);
    // The other ports serve other paths, and the tests ask them for these.
    boolean isOfTheApi = uri.startsWith(":" + RestAssured.port + "/", uri.indexOf(':', host));
    if (!isOfTheApi || !path.startsWith("/api/")) {
      return;
    }
    Object sent = request.getBody();
    Exchange exchange =
        new Exchange(
            request.getMethod(),
            path,
            question < 0 ? Map.of() : query(target.substring(question + 1)),
            new Message(headers(request.getHeaders()), sent == null ? "" : sent.toString()),
            response.statusCode(),
            new Message(headers(response.headers()), body));
    report(ContractCheck.violations(Served.contract(token), exchange));
  }

  private static void report(List<String> violations) {
    if (violations.isEmpty()) {
      return;
    }
    if (VIOLATIONS == null) {
      throw new AssertionError(
          violations.stream()
              .limit(MAX_LINES)
              .collect(
                  Collectors.joining(
                      "\n", "This call is not as the OpenAPI document says:\n", "")));
    }
    try {
      Files.writeString(
          Path.of(VIOLATIONS),
          String.join("\n", violations) + "\n",
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, String> headers(Headers headers) {
    Map<String, String> byName = new HashMap<>();
    headers.forEach(
        header -> byName.put(header.getName().toLowerCase(Locale.ROOT), header.getValue()));
    return byName;
  }

  /** An escape that cannot be decoded stays: such a call is refused. */
  private static Map<String, List<String>> query(String text) {
    Map<String, List<String>> values = new HashMap<>();
    for (String pair : text.split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      values.computeIfAbsent(decode(name), any -> new ArrayList<>()).add(decode(value));
    }
    return values;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return text;
    }
  }
}
