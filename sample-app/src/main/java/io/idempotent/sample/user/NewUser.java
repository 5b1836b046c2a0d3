package io.idempotent.sample.user;

import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;

/**
 * What a client asks for.
 *
 * @param name the name, 1 to 64 characters that are not all blank, none of them a control
 * character
 * @param email the address, which no other user has
 */
record NewUser(@NotBlank @Pattern(regexp = "\\P{Cntrl}{1,64}") String name,
		@NotNull @Email @Size(max = 254) String email) {

}
