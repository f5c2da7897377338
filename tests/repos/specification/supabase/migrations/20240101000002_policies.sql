-- Enable RLS (ALWAYS)
ALTER TABLE public.tenders ENABLE ROW LEVEL SECURITY;

-- Owner access
CREATE POLICY "Users can view own tenders"
  ON public.tenders FOR SELECT
  USING (created_by = auth.uid());

-- Role-based access (using app_metadata or a roles table)
CREATE POLICY "Admins can view all tenders"
  ON public.tenders FOR SELECT
  USING (
    EXISTS (
      SELECT 1 FROM public.user_roles
      WHERE user_id = auth.uid() AND role = 'admin'
    )
  );

-- Organization-based access
CREATE POLICY "Org members can view org tenders"
  ON public.tenders FOR SELECT
  USING (
    org_id IN (
      SELECT org_id FROM public.org_members
      WHERE user_id = auth.uid()
    )
  );

-- Insert: set created_by automatically
CREATE POLICY "Users can create tenders"
  ON public.tenders FOR INSERT
  WITH CHECK (created_by = auth.uid());

-- Update: owner only, can't change ownership
CREATE POLICY "Users can update own tenders"
  ON public.tenders FOR UPDATE
  USING (created_by = auth.uid())
  WITH CHECK (created_by = auth.uid());

-- Soft delete: owner only
CREATE POLICY "Users can soft-delete own tenders"
  ON public.tenders FOR UPDATE
  USING (created_by = auth.uid())
  WITH CHECK (deleted_at IS NOT NULL);
