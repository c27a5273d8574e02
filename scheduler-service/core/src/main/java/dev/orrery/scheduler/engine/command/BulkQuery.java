package dev.orrery.scheduler.engine.command;

import com.fasterxml.jackson.databind.JsonNode;
import dev.orrery.scheduler.http.rest.DocumentPut;
import dev.orrery.scheduler.http.rest.QueryParameter;
import dev.orrery.scheduler.model.instance.BulkFilterReader;
import io.quarkus.runtime.annotations.RegisterForReflection;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.UriInfo;
import org.eclipse.microprofile.openapi.annotations.enums.ParameterIn;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;

/** The query parameters of a bulk command, as a {@code @BeanParam}. */
@RegisterForReflection
public class BulkQuery {
  /** Not a parameter, for the reason given in {@link DocumentPut}. */
  @Parameter(
      name = DocumentPut.DRY_RUN,
      description = "Changes nothing; 'matched' counts the instances.",
      in = ParameterIn.QUERY,
      schema = @Schema(type = SchemaType.BOOLEAN, defaultValue = "false"))
  @Context
  UriInfo uri;

  @Parameter(description = "The cursor 'next' of the call before; absent for the newest instances.")
  @QueryParam("after")
  String after;

  String cursor() {
    return after == null ? "" : after;
  }

  /**
   * @throws dev.orrery.scheduler.base.problem.ProblemException {@code INVALID} for a value or a
   *     field that is not allowed
   */
  BulkCommandService.Call call(int app, JsonNode body) {
    return new BulkCommandService.Call(
        app,
        BulkFilterReader.read(body),
        QueryParameter.cursor(after, Long.MAX_VALUE),
        DocumentPut.isDryRun(uri));
  }
}
