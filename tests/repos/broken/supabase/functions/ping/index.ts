Deno.serve(() => new Response('pong'))
