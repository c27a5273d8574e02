package dev.orrery.powerjob;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/**
 * The answer to a request between a server and a worker. A worker repeats a final report that is
 * not answered with {@code success}.
 *
 * @param data base64url without padding, of a text in UTF-8 that is JSON most of the time; absent
 *     means none
 * @param message absent means none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public record AskAnswer(boolean success, String data, String message) {
  public static final AskAnswer OK = new AskAnswer(true, null, null);

  public static AskAnswer of(String text) {
    return new AskAnswer(
        true,
        Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(text.getBytes(StandardCharsets.UTF_8)),
        null);
  }

  public static AskAnswer refused(String message) {
    return new AskAnswer(false, null, message);
  }

  /**
   * Returns the text of the data; null if there is none.
   *
   * @throws IllegalArgumentException if it is not base64url
   */
  public String text() {
    return data == null
        ? null
        : new String(Base64.getUrlDecoder().decode(data), StandardCharsets.UTF_8);
  }
}
