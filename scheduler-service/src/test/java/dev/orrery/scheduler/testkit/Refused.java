package dev.orrery.scheduler.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.orrery.protocol.ErrorCode;
import dev.orrery.protocol.message.ProblemDetail;
import io.restassured.response.Response;

/** An answer that is a problem; what all of them have in common has been checked. */
public record Refused(Json problem) {

  public static Refused with(ErrorCode code, Response response) {
    assertThat(response.statusCode()).as(response.asString()).isEqualTo(code.status());
    assertThat(response.contentType()).isEqualTo(ProblemDetail.MEDIA_TYPE);
    Json problem = response.as(Json.class);
    assertThat(problem.getString("code")).as(response.asString()).isEqualTo(code.name());
    assertThat(problem.getInt("status")).isEqualTo(code.status());
    assertThat(problem.getString("type")).isEqualTo("about:blank");
    assertThat(problem.getString("title")).isNotBlank();
    assertThat(problem.getString("detail")).isNotBlank();
    return new Refused(problem);
  }

  public Refused at(String field) {
    assertThat(problem.getString("field")).isEqualTo(field);
    return this;
  }

  public Refused saying(String... parts) {
    assertThat(problem.getString("detail")).contains(parts);
    return this;
  }
}
