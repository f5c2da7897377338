-- Standard table structure
CREATE TABLE public.tenders (
  id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
  created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
  created_by UUID NOT NULL REFERENCES auth.users(id),

  -- Business fields
  title TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'draft'
    CHECK (status IN ('draft', 'active', 'closed', 'awarded')),
  budget_min NUMERIC(12,2),
  budget_max NUMERIC(12,2),
  deadline TIMESTAMPTZ,

  -- Soft delete
  deleted_at TIMESTAMPTZ
);

-- Auto-update updated_at
CREATE TRIGGER set_updated_at
  BEFORE UPDATE ON public.tenders
  FOR EACH ROW EXECUTE FUNCTION moddatetime(updated_at);

-- Indexes for access patterns
CREATE INDEX idx_tenders_status ON public.tenders(status) WHERE deleted_at IS NULL;
CREATE INDEX idx_tenders_created_by ON public.tenders(created_by);
CREATE INDEX idx_tenders_deadline ON public.tenders(deadline) WHERE status = 'active';
