-- The policies that follow look these up without showing them: the least that lets them be read.
CREATE TABLE public.user_roles (
  user_id UUID NOT NULL REFERENCES auth.users(id),
  role TEXT NOT NULL,
  PRIMARY KEY (user_id, role)
);

CREATE TABLE public.org_members (
  org_id UUID NOT NULL,
  user_id UUID NOT NULL REFERENCES auth.users(id),
  PRIMARY KEY (org_id, user_id)
);

CREATE TABLE public.tender_items (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  tender_id UUID NOT NULL REFERENCES public.tenders(id),
  name TEXT NOT NULL
);
